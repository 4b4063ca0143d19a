"""What one visitor's session holds: images, and what was seen in them, until they are taken away."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from maskwatch.app.detectors import LOWEST_CONF, load
from maskwatch.app.images import FULL_SIZE, ImageCopies, Upload, kept
from maskwatch.detect.base import Detector
from maskwatch.detect.options import InferenceOptions
from maskwatch.detect.raw_prediction import RawPrediction
from maskwatch.detections import Detections
from maskwatch.errors import MaskWatchError


@dataclass(frozen=True)
class Prediction:
    """An image that was looked at.

    Attributes:
        upload: the file.
        image: what is shown of it.
        sight: gives its faces at any threshold, without looking again.
        default_conf: the detector's own threshold, 0..1.
    """

    upload: Upload
    image: ImageCopies
    sight: RawPrediction
    default_conf: float

    def result(self, conf: float) -> Result:
        """Its faces at a threshold, 0..1."""
        faces = self.sight.detections(conf)
        weaker = len(self.sight.detections(LOWEST_CONF)) - len(faces)
        return Result(self.upload, self.image, faces, self.sight.detections(min(conf, self.default_conf)), weaker)


@dataclass(frozen=True)
class Result:
    """An image with its faces at one threshold.

    Attributes:
        upload: the file.
        image: what is shown of it.
        faces: in pixels of the original image, best first.
        to_hide: the faces to blur; never fewer than at the detector's own threshold, whatever is shown.
        weaker: number of further faces below the threshold.
    """

    upload: Upload
    image: ImageCopies
    faces: Detections
    to_hide: Detections
    weaker: int


class Session:
    """Looks at each image once for each detector, and holds what it saw in memory.

    Attributes:
        runs: how often a detector looked at an image.
        seconds: that took, in all.
    """

    def __init__(self) -> None:
        self.runs = 0
        self.seconds = 0.0
        self._uploads: dict[str, Upload] = {}
        self._images: dict[str, ImageCopies] = {}
        self._sights: dict[tuple[str, InferenceOptions], RawPrediction] = {}
        self._failures: dict[tuple[str, str], MaskWatchError] = {}

    def bring(self, key: str, name: str, content: bytes) -> Upload:
        """The file that arrived under a key of its own; the same one each time, so that it is hashed once."""
        known = self._uploads.get(key)
        if known is None or known.content is not content:
            known = self._uploads[key] = Upload(name, content)
        return known

    def has_seen(self, upload: Upload, choice: InferenceOptions) -> bool:
        """Whether `see` answers at once."""
        return (upload.digest, choice) in self._sights or (upload.digest, upload.name) in self._failures

    def see(self, upload: Upload, choice: InferenceOptions) -> Prediction:
        """Look at an image, unless that was done before.

        Raises:
            ImageDecodeError: when it cannot be read.
            ModelError: when the detector cannot be used.
        """
        detector = load(choice)
        if (failure := self._failures.get((upload.digest, upload.name))) is not None:
            raise failure.with_traceback(None)
        if (upload.digest, choice) not in self._sights:
            self._look(upload, choice, detector)
        sight = self._sights[upload.digest, choice]
        return Prediction(upload, self._images[upload.digest], sight, detector.default_conf)

    def _look(self, upload: Upload, choice: InferenceOptions, detector: Detector) -> None:
        with FULL_SIZE:
            try:
                image = upload.image()
            except MaskWatchError as error:
                self._failures[upload.digest, upload.name] = error
                raise
            if upload.digest not in self._images:
                self._images[upload.digest] = kept(image)
            began = time.perf_counter()
            self._sights[upload.digest, choice] = detector.predict_raw(image).above(LOWEST_CONF)
        self.runs += 1
        self.seconds += time.perf_counter() - began

    def keep_only(self, uploads: Iterable[Upload]) -> None:
        """Forget all images but these."""
        wanted = {upload.digest for upload in uploads}
        self._uploads = {key: upload for key, upload in self._uploads.items() if upload.digest in wanted}
        self._images = {digest: image for digest, image in self._images.items() if digest in wanted}
        self._sights = {key: sight for key, sight in self._sights.items() if key[0] in wanted}
        self._failures = {key: error for key, error in self._failures.items() if key[0] in wanted}
