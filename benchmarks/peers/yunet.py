# ruff: noqa: D102 - the contract says what each step does
"""YuNet of libfacedetection: any face, no mask states (Apache-2.0)."""

from __future__ import annotations

import cv2
import numpy as np
from benchmarks.peers.contract import Floats, OnnxPeer, faces_of

from maskwatch.boxes import Letterbox
from maskwatch.detections import Detections
from maskwatch.frames import Image

_LONGEST = 640
_STRIDES = (8, 16, 32)


class YuNetN(OnnxPeer):
    """The larger YuNet; the picture is scaled to a longer side of 640 and padded to multiples of 32."""

    name = "YuNet n 640"
    file = "yunet_n_dynamic.onnx"
    tells_states = False
    published_threshold = 0.7

    def prepare(self, image: Image) -> Floats:
        box = Letterbox.fit(image.shape[1], image.shape[0], _LONGEST, 32)
        canvas = np.zeros((box.height, box.width, 3), np.uint8)
        canvas[: box.content_height, : box.content_width] = cv2.resize(image, (box.content_width, box.content_height))
        return cv2.dnn.blobFromImage(canvas, swapRB=True)  # type: ignore[return-value]

    def decode(self, outputs: list[Floats], width: int, height: int) -> Detections:
        box = Letterbox.fit(width, height, _LONGEST, 32)
        levels = [self._level(outputs[i::3], stride, box.width // stride) for i, stride in enumerate(_STRIDES)]
        xyxy, score = (np.concatenate(parts) for parts in zip(*levels, strict=True))
        return faces_of(box.invert(xyxy, width, height), score, None, 0.3, (width, height))

    def _level(self, outputs: list[Floats], stride: int, columns: int) -> tuple[Floats, Floats]:
        """Boxes (N, 4) in input pixels and scores (N,) of one stride; outputs are cls, obj, bbox, points."""
        cls, obj, bbox = (output[0] for output in outputs[:3])
        score = np.sqrt(np.clip(cls, 0, 1) * np.clip(obj, 0, 1))[:, 0]
        strong = np.flatnonzero(score >= self.threshold)
        row, column = np.divmod(strong, columns)
        center = (np.stack([column, row], axis=1) + bbox[strong, :2]) * stride
        half = np.exp(bbox[strong, 2:]) * stride / 2
        return np.concatenate([center - half, center + half], axis=1).astype(np.float32), score[strong]


class YuNetS(YuNetN):
    """The smaller one, which OpenCV's model zoo ships as face_detection_yunet_2023mar."""

    name = "YuNet s 640"
    file = "yunet_s_dynamic.onnx"
