"""A visitor's session: uploaded images and the raw predictions for them, until the visitor removes the images."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from maskwatch.app.detectors import LOWEST_CONF, load
from maskwatch.app.images import FULL_SIZE, ImageCopies, Upload, make_copies
from maskwatch.detect.base import Detector
from maskwatch.detect.options import InferenceOptions
from maskwatch.detect.raw_prediction import RawPrediction
from maskwatch.detections import Detections
from maskwatch.errors import MaskWatchError


@dataclass(frozen=True)
class Prediction:
    """An image with its raw prediction.

    Attributes:
        upload: the file.
        image: its small copies.
        raw: gives the faces at any threshold without running the detector again.
        default_conf: the detector's own threshold, 0..1.
    """

    upload: Upload
    image: ImageCopies
    raw: RawPrediction
    default_conf: float

    def result(self, conf: float) -> Result:
        """Its faces at a threshold, 0..1."""
        faces = self.raw.detections(conf)
        weaker = len(self.raw.detections(LOWEST_CONF)) - len(faces)
        return Result(self.upload, self.image, faces, self.raw.detections(min(conf, self.default_conf)), weaker)


@dataclass(frozen=True)
class Result:
    """An image with its faces at one threshold.

    Attributes:
        upload: the file.
        image: its small copies.
        faces: in pixels of the original image, highest confidence first.
        to_blur: the faces to blur: at least those at the detector's own threshold, even if fewer are shown.
        weaker: the number of further faces below the threshold.
    """

    upload: Upload
    image: ImageCopies
    faces: Detections
    to_blur: Detections
    weaker: int


class Session:
    """Runs each detector once per image, and caches the predictions in memory.

    Attributes:
        runs: how often a detector has run.
        seconds: the time that took in total.
    """

    def __init__(self) -> None:
        self.runs = 0
        self.seconds = 0.0
        self._uploads: dict[str, Upload] = {}
        self._images: dict[str, ImageCopies] = {}
        self._predictions: dict[tuple[str, InferenceOptions], RawPrediction] = {}
        self._failures: dict[tuple[str, str], MaskWatchError] = {}

    def upload(self, key: str, name: str, content: bytes) -> Upload:
        """The upload with this key; the same object for the same content, so that it is hashed once."""
        known = self._uploads.get(key)
        if known is None or known.content is not content:
            known = self._uploads[key] = Upload(name, content)
        return known

    def is_cached(self, upload: Upload, choice: InferenceOptions) -> bool:
        """Whether `predict` needs no run of the detector."""
        return (upload.digest, choice) in self._predictions or (upload.digest, upload.name) in self._failures

    def predict(self, upload: Upload, choice: InferenceOptions) -> Prediction:
        """Detect the faces of an image, or return the cached prediction.

        Raises:
            ImageDecodeError: when the image cannot be decoded.
            ModelError: when the detector cannot be used.
        """
        detector = load(choice)
        if (failure := self._failures.get((upload.digest, upload.name))) is not None:
            raise failure.with_traceback(None)
        if (upload.digest, choice) not in self._predictions:
            self._run(upload, choice, detector)
        raw = self._predictions[upload.digest, choice]
        return Prediction(upload, self._images[upload.digest], raw, detector.default_conf)

    def _run(self, upload: Upload, choice: InferenceOptions, detector: Detector) -> None:
        with FULL_SIZE:
            try:
                image = upload.image()
            except MaskWatchError as error:
                self._failures[upload.digest, upload.name] = error
                raise
            if upload.digest not in self._images:
                self._images[upload.digest] = make_copies(image)
            began = time.perf_counter()
            self._predictions[upload.digest, choice] = detector.predict_raw(image).above(LOWEST_CONF)
        self.runs += 1
        self.seconds += time.perf_counter() - began

    def keep_only(self, uploads: Iterable[Upload]) -> None:
        """Delete all images but these from memory."""
        wanted = {upload.digest for upload in uploads}
        self._uploads = {key: upload for key, upload in self._uploads.items() if upload.digest in wanted}
        self._images = {digest: image for digest, image in self._images.items() if digest in wanted}
        self._predictions = {key: raw for key, raw in self._predictions.items() if key[0] in wanted}
        self._failures = {key: error for key, error in self._failures.items() if key[0] in wanted}
