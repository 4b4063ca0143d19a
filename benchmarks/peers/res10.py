# ruff: noqa: D102 - the contract says what each step does
"""The res10 SSD of OpenCV's samples at 300x300, which most mask projects build on; no mask states."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from benchmarks.peers.contract import Floats, SteppedPeer, faces_of

from maskwatch.detections import Detections
from maskwatch.frames import Image


class Res10(SteppedPeer):
    """Runs in OpenCV's own DNN module; the network does its own suppression."""

    name = "res10 SSD 300"
    tells_states = False
    published_threshold = 0.5

    def __init__(self, models: Path) -> None:
        self._net = cv2.dnn.readNetFromTensorflow(
            str(models / "opencv_face_detector_uint8.pb"), str(models / "opencv_face_detector.pbtxt")
        )

    def prepare(self, image: Image) -> Floats:
        # The network wants BGR, so red and blue change places.
        return cv2.dnn.blobFromImage(image, 1.0, (300, 300), (104, 177, 123), swapRB=True)  # type: ignore[return-value]

    def infer(self, network_input: Floats) -> Floats:
        self._net.setInput(network_input)
        return self._net.forward()  # type: ignore[return-value]

    def bare_run(self, network_input: Floats) -> Floats:
        self._net.setInput(network_input)
        return self._net.forward()  # type: ignore[return-value]

    def decode(self, outputs: Floats, width: int, height: int) -> Detections:
        rows = outputs[0, 0]
        rows = rows[rows[:, 2] >= self.threshold]
        xyxy = rows[:, 3:7] * np.array([width, height] * 2, np.float32)
        return faces_of(xyxy, rows[:, 2], None, 0.45, (width, height))
