"""YuNet: a very small network that finds faces of any kind (Wu et al., Machine Intelligence Research 2023)."""

from __future__ import annotations

from typing import Any

import numpy as np

from maskwatch.detect.face_detectors.network import Floats, OnnxFaces

_STRIDES = (8, 16, 32)


class YuNetFaces(OnnxFaces):
    """YuNet's ONNX files, of any input size or of a fixed one.

    Decoding as in libfacedetection: at the cell of column c and row r of stride s the centre is ((c + b0) s,
    (r + b1) s) and the sides exp(b2) s and exp(b3) s; the score is the root of class times objectness.
    """

    name = "yunet"
    conf = 0.45
    iou = 0.3
    outputs = tuple(f"{kind}_{stride}" for kind in ("cls", "obj", "bbox") for stride in _STRIDES)

    def decode(self, outputs: list[Any], size: tuple[int, int], conf: float) -> tuple[Floats, Floats]:
        """Boxes (N, 4) in pixels of the input of ``size`` (h, w), and scores (N,) from ``conf`` up."""
        levels = [
            _level([output[0] for output in outputs[i::3]], stride, size[1] // stride, conf)
            for i, stride in enumerate(_STRIDES)
        ]
        return np.concatenate([xyxy for xyxy, _ in levels]), np.concatenate([score for _, score in levels])


def _level(outputs: list[Floats], stride: int, columns: int, conf: float) -> tuple[Floats, Floats]:
    cls, obj, bbox = outputs
    score = np.sqrt(np.clip(cls, 0, 1) * np.clip(obj, 0, 1))[:, 0]
    strong = np.flatnonzero(score >= conf)
    row, column = np.divmod(strong, columns)
    centre = (np.stack([column, row], axis=1) + bbox[strong, :2]) * stride
    half = np.exp(bbox[strong, 2:]) * stride / 2
    return np.concatenate([centre - half, centre + half], axis=1).astype(np.float32), score[strong]
