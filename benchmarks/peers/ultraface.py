# ruff: noqa: D102 - the contract documents each step
"""Ultra-Light-Fast-Generic-Face-Detector, ``masked_face`` models of Linzaer and Yang: faces and masked faces (MIT)."""

from __future__ import annotations

import cv2
import numpy as np
from benchmarks.peers.contract import FloatArray, OnnxPeer, faces_of

from maskwatch.detections import Detections
from maskwatch.frames import Image


class UltraFace320(OnnxPeer):
    """The image is resized to 320x240; the network decodes its boxes."""

    name = "Linzaer masked 320"
    file = "ultraface_RFB-320-masked_face-v2.onnx"
    has_states = True
    published_threshold = 0.3
    size: tuple[int, int] = (320, 240)

    def prepare(self, image: Image) -> FloatArray:
        return cv2.dnn.blobFromImage(image, 1 / 128, self.size, (127, 127, 127))  # type: ignore[return-value]

    def decode(self, outputs: list[FloatArray], width: int, height: int) -> Detections:
        unmasked, masked = outputs[0][0, :, 1], outputs[0][0, :, 2]
        score = np.maximum(unmasked, masked)
        strong = np.flatnonzero(score >= self.threshold)
        xyxy = outputs[1][0, strong] * np.array([width, height] * 2, np.float32)
        # One suppression for both classes: per class, as the authors do, a face can get two labels
        return faces_of(xyxy, score[strong], masked[strong] >= unmasked[strong], 0.3, (width, height))


class UltraFace640(UltraFace320):
    """The same at 640x480."""

    name = "Linzaer masked 640"
    file = "ultraface_RFB-640-masked_face-v2.onnx"
    size = (640, 480)
