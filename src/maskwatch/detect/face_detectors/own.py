"""MaskWatch's single-shot network as a face detector; its state scores are ignored."""

from __future__ import annotations

from pathlib import Path

from maskwatch.detect.devices import RuntimeOptions
from maskwatch.detect.face_detectors.contract import FaceBoxes, FaceDetectorType, tidy
from maskwatch.detect.raw_prediction import LOWEST_SCORE
from maskwatch.detect.session import OnnxSession
from maskwatch.detect.single_shot import SingleShotDetector
from maskwatch.frames import Image
from maskwatch.weights import DEFAULT, find_model


class MaskWatchFaces:
    """The faces that the single-shot network detects; it was trained on masked faces, too.

    Args:
        files: a detector's model file of MaskWatch, or the name of a shipped one; empty: the default model.
        imgsz: input size: longer side of the image in pixels; None: the card's.
        runtime: device and threads.

    Raises:
        ModelError: when the file is missing, damaged or not a detector.
        UsageError: when an option is out of range.
    """

    name = "maskwatch"

    def __init__(self, files: tuple[Path, ...], imgsz: int | None, runtime: RuntimeOptions) -> None:
        path = find_model(files[0] if files else DEFAULT)
        self._detector = SingleShotDetector(OnnxSession(path, runtime), imgsz=imgsz)
        card = self._detector.card
        self.conf, self.iou, self.imgsz = card.conf, card.iou, self._detector.imgsz

    def detect(self, image: Image, conf: float, iou: float) -> FaceBoxes:
        """The faces of an image; see `FaceDetector.detect`."""
        lowest = max(conf, LOWEST_SCORE)
        raw = self._detector.run_passes(image, "rgb").merged(lowest)
        faces = raw.select(raw.face_score >= lowest)
        return tidy(faces.xyxy, faces.face_score, iou, image)


FACE_DETECTOR = FaceDetectorType(MaskWatchFaces, help="MaskWatch's own network")
