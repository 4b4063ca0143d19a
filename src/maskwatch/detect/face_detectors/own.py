"""MaskWatch's own network as a detector of faces; what it says of masks is left aside."""

from __future__ import annotations

from pathlib import Path

from maskwatch.detect.devices import RuntimeOptions
from maskwatch.detect.face_detectors.contract import FaceBoxes, tidy
from maskwatch.detect.raw_prediction import LOWEST_SCORE
from maskwatch.detect.session import OnnxSession
from maskwatch.detect.single_shot import SingleShotDetector
from maskwatch.frames import Image


class MaskWatchFaces:
    """The faces that the single-shot network finds; it was taught on masked ones too.

    Args:
        path: a detector's model file of MaskWatch.
        imgsz: length in pixels to which an image's longer side is scaled; None takes the card's.
        runtime: device and threads; None: the CPU with all cores.

    Raises:
        ModelError: when the file is missing, damaged, or no detector.
        UsageError: when an option is out of range.
    """

    name = "maskwatch"

    def __init__(self, path: Path, imgsz: int | None = None, runtime: RuntimeOptions | None = None) -> None:
        self._detector = SingleShotDetector(OnnxSession(path, runtime), imgsz=imgsz)
        card = self._detector.card
        self.conf, self.iou, self.imgsz = card.conf, card.iou, self._detector.imgsz

    def find(self, image: Image, conf: float, iou: float) -> FaceBoxes:
        """The faces of an image; see `FaceDetector.find`."""
        lowest = max(conf, LOWEST_SCORE)
        raw = self._detector.run_passes(image, "rgb").merged(lowest)
        faces = raw.select(raw.face_score >= lowest)
        return tidy(faces.xyxy, faces.face_score, iou, image)
