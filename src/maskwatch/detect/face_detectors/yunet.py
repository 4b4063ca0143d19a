"""YuNet, a very small face detector (Wu et al., Machine Intelligence Research 2023)."""

from __future__ import annotations

from typing import Any

import numpy as np

from maskwatch.detect.face_detectors.contract import FaceDetectorType
from maskwatch.detect.face_detectors.network import Floats, OnnxFaces
from maskwatch.weights.download import RemoteFile

_STRIDES = (8, 16, 32)


class YuNetFaces(OnnxFaces):
    """YuNet's ONNX files, of a fixed or of any input size.

    Decoded as in libfacedetection: at column c and row r of stride s, the centre of the box is ((c + b0) s,
    (r + b1) s) and its sides are exp(b2) s and exp(b3) s; the score is the square root of class x objectness.
    """

    name = "yunet"
    conf = 0.45
    iou = 0.3
    outputs = tuple(f"{kind}_{stride}" for kind in ("cls", "obj", "bbox") for stride in _STRIDES)

    def decode(self, outputs: list[Any], size: tuple[int, int], conf: float) -> tuple[Floats, Floats]:
        """Boxes (N, 4) in pixels of the input of ``size`` (h, w), and scores (N,) of at least ``conf``."""
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


_COMMIT = "0047ac24afb1a50a0c6105001c89d1b5b805dbf1"

FACE_DETECTOR = FaceDetectorType(
    YuNetFaces,
    help="YuNet n, 640 px",
    origin="https://github.com/ShiqiYu/libfacedetection.train",
    files=(
        RemoteFile(
            "yunet_n_640_640.onnx",
            f"https://raw.githubusercontent.com/ShiqiYu/libfacedetection.train/{_COMMIT}/onnx/yunet_n_640_640.onnx",
            "25a606a145a5b6d7271ae138fbd00eba91dad8b83222ae3f2c7ecd0f4a7b0e31",
            317_466,
        ),
    ),
)
