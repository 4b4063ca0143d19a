# ruff: noqa: D102 - the contract documents each step
"""The res10 SSD of OpenCV's samples at 300x300, used by most mask projects; no mask states."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from benchmarks.peers.contract import FloatArray, SteppedPeer, faces_of

from maskwatch.detect.devices import RuntimeOptions
from maskwatch.detect.face_detectors.res10 import Res10Faces
from maskwatch.detections import Detections
from maskwatch.frames import Image


class Res10(SteppedPeer):
    """Runs in the DNN module of OpenCV; the network includes non-maximum suppression."""

    name = "res10 SSD 300"
    has_states = False
    published_threshold = 0.5

    def __init__(self, models: Path) -> None:
        self._faces = Res10Faces(
            (models / "opencv_face_detector_uint8.pb", models / "opencv_face_detector.pbtxt"),
            None,
            RuntimeOptions(threads=1),
        )

    def prepare(self, image: Image) -> FloatArray:
        return self._faces.prepare(image)

    def infer(self, network_input: FloatArray) -> FloatArray:
        return self._faces.run(network_input)

    def runtime_run(self, network_input: FloatArray) -> FloatArray:
        self._faces.net.setInput(network_input)
        return self._faces.net.forward()  # type: ignore[no-any-return]

    def decode(self, outputs: FloatArray, width: int, height: int) -> Detections:
        rows = outputs[0, 0]
        rows = rows[rows[:, 2] >= self.threshold]
        xyxy = rows[:, 3:7] * np.array([width, height] * 2, np.float32)
        return faces_of(xyxy, rows[:, 2], None, 0.45, (width, height))
