# ruff: noqa: D102 - the contract documents each step
"""AIZOO FaceMaskDetection: SSD at 360x360, faces with and without mask (MIT)."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from benchmarks.peers.contract import FloatArray, OnnxPeer, faces_of

from maskwatch.detections import Detections
from maskwatch.frames import Image

_SIDE = 360
_MAPS = (45, 23, 12, 6, 4)
_SIZES = ((0.04, 0.056), (0.08, 0.11), (0.16, 0.22), (0.32, 0.45), (0.64, 0.72))
_RATIOS = (0.62, 0.42)


class Aizoo360(OnnxPeer):
    """The image is resized to a square; decoding as in ``utils/anchor_decode.py`` of the repository."""

    name = "AIZOO 360"
    file = "aizoo_face_mask_360.onnx"
    has_states = True
    published_threshold = 0.5
    trained_on = ("aizoo_a",)

    def __init__(self, models: Path) -> None:
        super().__init__(models)
        self._anchors = _anchors()

    def prepare(self, image: Image) -> FloatArray:
        return cv2.dnn.blobFromImage(image, 1 / 255, (_SIDE, _SIDE))  # type: ignore[return-value]

    def decode(self, outputs: list[FloatArray], width: int, height: int) -> Detections:
        scores = outputs[1][0]
        score = scores.max(axis=1)
        strong = np.flatnonzero(score >= self.threshold)
        location, anchors = outputs[0][0, strong], self._anchors[strong]
        center = anchors[:, :2] + location[:, :2] * 0.1 * anchors[:, 2:]
        half = anchors[:, 2:] * np.exp(location[:, 2:] * 0.2) / 2
        xyxy = np.concatenate([center - half, center + half], axis=1) * np.array([width, height] * 2, np.float32)
        masked = scores[strong, 0] >= scores[strong, 1]
        return faces_of(xyxy, score[strong], masked, 0.4, (width, height))


def _anchors() -> FloatArray:
    """(A, 4): centre x, centre y, width, height, as fractions of the image."""
    anchors = []
    for cells, (small, large) in zip(_MAPS, _SIZES, strict=True):
        sides = [(small, small), (large, large)] + [(small * r**0.5, small / r**0.5) for r in _RATIOS]
        y, x = np.indices((cells, cells)).reshape(2, -1, 1)
        centers = (np.concatenate([x, y], axis=1)[:, None] + 0.5) / cells
        anchors.append(np.concatenate(np.broadcast_arrays(centers, np.array(sides)[None]), axis=2).reshape(-1, 4))
    return np.concatenate(anchors).astype(np.float32)
