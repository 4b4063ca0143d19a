"""MaskWatch's own network as a detector of faces; what it says of masks is left aside."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from maskwatch.boxes import Letterbox
from maskwatch.detect.base import checked_imgsz
from maskwatch.detect.face_detectors.contract import FoundFaces, tidy
from maskwatch.detect.session import OnnxSession
from maskwatch.detect.single_shot import network_input
from maskwatch.frames import Image


class OwnFaces:
    """The faces that the single-shot network finds; it was taught on masked ones too.

    Args:
        path: a detector's model file of MaskWatch.
        imgsz: length in pixels to which a picture's longer side is scaled; None takes the card's.
        threads: for one picture; None takes all cores.

    Raises:
        ModelError: when the file is missing, damaged, or no detector.
        UsageError: when an option is out of range.
    """

    name = "maskwatch"

    def __init__(self, path: Path, imgsz: int | None = None, threads: int | None = None) -> None:
        self._session = OnnxSession(path, threads)
        card = self._session.card
        self.conf, self.iou = card.conf, card.iou
        self.imgsz = checked_imgsz(imgsz, card.imgsz)

    def find(self, image: Image, conf: float, iou: float) -> FoundFaces:
        """The faces of a picture; see `FaceDetector.find`."""
        height, width = image.shape[:2]
        box = Letterbox.fit(width, height, self.imgsz, self._session.card.multiple)
        raw = self._session.run(network_input(image, box))
        sure = np.flatnonzero(raw.face_score >= max(conf, 1e-3))
        return tidy(box.invert(raw.xyxy[sure], width, height), raw.face_score[sure], iou, image)
