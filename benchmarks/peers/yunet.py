# ruff: noqa: D102 - the contract documents each step
"""YuNet of libfacedetection: any face, no mask states (Apache-2.0)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.peers.contract import FloatArray, SteppedPeer, faces_of

from maskwatch.boxes import Letterbox
from maskwatch.detect.devices import RuntimeOptions
from maskwatch.detect.face_detectors.yunet import YuNetFaces
from maskwatch.detections import Detections
from maskwatch.frames import Image

_LONGEST = 640


class YuNetN(SteppedPeer):
    """The larger YuNet; the image is scaled to a longer side of 640 and padded to multiples of 32."""

    name = "YuNet n 640"
    file = "yunet_n_dynamic.onnx"
    has_states = False
    published_threshold = 0.7

    def __init__(self, models: Path) -> None:
        self._faces = YuNetFaces((models / self.file,), _LONGEST, RuntimeOptions(threads=1))

    def prepare(self, image: Image) -> FloatArray:
        return self._faces.prepare(image)

    def infer(self, network_input: FloatArray) -> list[FloatArray]:
        return self._faces.run(network_input)

    def runtime_run(self, network_input: FloatArray) -> Any:
        return self._faces.session.run(None, {self._faces.input: network_input})

    def decode(self, outputs: list[FloatArray], width: int, height: int) -> Detections:
        box = Letterbox.fit(width, height, _LONGEST, 32)
        xyxy, score = self._faces.decode(outputs, (box.height, box.width), self.threshold)
        return faces_of(box.invert(xyxy, width, height), score, None, 0.3, (width, height))


class YuNetS(YuNetN):
    """The smaller one, which OpenCV's model zoo ships as face_detection_yunet_2023mar."""

    name = "YuNet s 640"
    file = "yunet_s_dynamic.onnx"
