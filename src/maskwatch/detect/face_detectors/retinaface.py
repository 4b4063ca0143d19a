"""RetinaFace with a small backbone (Deng et al., CVPR 2020)."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from maskwatch.detect.devices import RuntimeOptions
from maskwatch.detect.face_detectors.contract import FaceDetectorType
from maskwatch.detect.face_detectors.network import Floats, OnnxFaces
from maskwatch.weights.download import RemoteFile

_STRIDES = (8, 16, 32)
_SIDES = ((16, 32), (64, 128), (256, 512))
"""Sides of the two square priors at each location, in pixels, by stride; as in Pytorch_Retinaface and its forks."""
_NARROW_SIDES = ((10, 20), (32, 64), (128, 256))
"""The same in Face-Detector-1MB-with-landmark."""
_NARROW_FILES = frozenset({"98b2d58f4153859af02239ca808eda701c04a3b0dc79c4b7c3ba491da2c19348"})
"""SHA-256 of known exports of that repository; nothing in the files says which priors they need."""


class RetinaFaces(OnnxFaces):
    """ONNX files with the outputs ``loc`` (1, A, 4), ``conf`` (1, A, 2), softmaxed, and landmarks (1, A, 10).

    The outputs may have any names and order. Boxes are decoded from priors as in SSD, with variances 0.1 and 0.2.
    """

    name = "retinaface"
    conf = 0.5
    iou = 0.4
    mean = (104, 117, 123)
    outputs: tuple[str, ...] = ()

    def __init__(self, files: tuple[Path, ...], imgsz: int | None, runtime: RuntimeOptions) -> None:
        super().__init__(files, imgsz, runtime)
        path = files[0]
        by_width = {output.shape[-1]: output.name for output in self.session.get_outputs()}
        if not {4, 2} <= by_width.keys():
            raise self.wrong_network(path)
        self.outputs = (by_width[4], by_width[2])
        self._sides = _NARROW_SIDES if sha256(path.read_bytes()).hexdigest() in _NARROW_FILES else _SIDES

    def decode(self, outputs: list[Any], size: tuple[int, int], conf: float) -> tuple[Floats, Floats]:
        """Boxes (N, 4) in pixels of the input of ``size`` (h, w), and scores (N,) of at least ``conf``."""
        location, score = outputs[0][0], outputs[1][0][:, 1]
        strong = np.flatnonzero(score >= conf)
        prior, location = _priors(size, self._sides)[strong], location[strong]
        centre = prior[:, :2] + location[:, :2] * 0.1 * prior[:, 2:]
        half = prior[:, 2:] * np.exp(location[:, 2:] * 0.2) / 2
        return np.concatenate([centre - half, centre + half], axis=1).astype(np.float32), score[strong]


@lru_cache(maxsize=4)
def _priors(size: tuple[int, int], sides: tuple[tuple[int, int], ...]) -> Floats:
    """(A, 4): centre x, centre y, width, height in pixels; by stride, row, column, side."""
    priors = []
    for stride, squares in zip(_STRIDES, sides, strict=True):
        row, column = np.indices((-(-size[0] // stride), -(-size[1] // stride))).reshape(2, -1)
        centres = (np.stack([column, row], axis=1) + 0.5) * stride
        for_each = [np.concatenate([centres, np.full_like(centres, side)], axis=1) for side in squares]
        priors.append(np.stack(for_each, axis=1).reshape(-1, 4))
    return np.concatenate(priors).astype(np.float32)


FACE_DETECTOR = FaceDetectorType(
    RetinaFaces,
    help="RetinaFace MobileNet 0.25, 640 px",
    licence="MIT",
    origin="https://github.com/yakhyo/uniface",
    files=(
        RemoteFile(
            "retinaface_mv1_0.25.onnx",
            "https://github.com/yakhyo/uniface/releases/download/weights/retinaface_mv1_0.25.onnx",
            "b7a7acab55e104dce6f32cdfff929bd83946da5cd869b9e2e9bdffafd1b7e4a5",
            1_736_694,
            aliases=("retinaface_mobilenet0.25.onnx",),
        ),
    ),
)
