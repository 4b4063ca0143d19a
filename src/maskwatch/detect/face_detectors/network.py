"""The common half of face detectors whose network is an ONNX file: letterbox, run, decode, scale the boxes back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import Letterbox
from maskwatch.detect.base import checked_imgsz
from maskwatch.detect.devices import RuntimeOptions
from maskwatch.detect.face_detectors.contract import FaceBoxes, tidy
from maskwatch.detect.session import open_network
from maskwatch.errors import ModelError, UsageError
from maskwatch.frames import Image

Floats = NDArray[np.float32]
_MULTIPLE = 32


class OnnxFaces(ABC):
    """A face detector in one ONNX file; subclasses decode the outputs.

    Args:
        files: the file; its input is (1, 3, height, width), of a fixed or of any size.
        imgsz: input size: longer side of the image in pixels; None: that of the file, or 640.
        runtime: device and threads.

    Raises:
        ModelError: when the file is missing, damaged or of another network.
        UsageError: when an option is out of range, or the network has another, fixed input size.
    """

    name: str
    conf: float
    iou: float
    mean: tuple[float, float, float] = (0, 0, 0)
    outputs: tuple[str, ...]

    def __init__(self, files: tuple[Path, ...], imgsz: int | None, runtime: RuntimeOptions) -> None:
        path = files[0]
        self.session = open_network(path, runtime)
        given, outputs = self.session.get_inputs()[0], {output.name for output in self.session.get_outputs()}
        if not outputs.issuperset(self.outputs) or len(given.shape) != 4:
            raise self.wrong_network(path)
        self.input = given.name
        height, width = given.shape[2:]
        self.fixed = (height, width) if isinstance(height, int) and isinstance(width, int) else None
        self.imgsz = checked_imgsz(imgsz, 640 if self.fixed is None else max(self.fixed))
        if self.fixed is not None and self.imgsz != max(self.fixed):
            raise UsageError(f"--imgsz {self.imgsz}: {path} takes {max(self.fixed)} only; omit it")

    def wrong_network(self, path: Path) -> ModelError:
        """The error for a file that holds another network."""
        return ModelError(f"{path}: not a {self.name} network; run 'maskwatch models fetch {self.name}'")

    def detect(self, image: Image, conf: float, iou: float) -> FaceBoxes:
        """The faces of an image; see `FaceDetector.detect`."""
        blob = self.prepare(image)
        xyxy, score = self.decode(self.run(blob), (blob.shape[2], blob.shape[3]), conf)
        in_image = self._box(image).invert(xyxy, image.shape[1], image.shape[0])
        return tidy(in_image, score, iou, image)

    def prepare(self, image: Image) -> Floats:
        """The network's input, BGR float32 (1, 3, h, w), for an image RGB uint8 (H, W, 3)."""
        import cv2

        box = self._box(image)
        size = self.fixed or (box.height, box.width)
        canvas = np.zeros((*size, 3), np.uint8)
        interpolation = cv2.INTER_AREA if box.scale < 0.6 else cv2.INTER_LINEAR
        content = cv2.resize(image, (box.content_width, box.content_height), interpolation=interpolation)
        canvas[: box.content_height, : box.content_width] = content
        return np.asarray(cv2.dnn.blobFromImage(canvas, mean=self.mean, swapRB=True), np.float32)

    def run(self, blob: Floats) -> list[Floats]:
        """The network's outputs, in the order of ``outputs``."""
        values: list[Floats] = self.session.run(list(self.outputs), {self.input: blob})
        return values

    @abstractmethod
    def decode(self, outputs: list[Any], size: tuple[int, int], conf: float) -> tuple[Floats, Floats]:
        """Boxes (N, 4) in pixels of the input of ``size`` (h, w), and scores (N,) of at least ``conf``."""

    def _box(self, image: Image) -> Letterbox:
        height, width = image.shape[:2]
        if self.fixed is None:
            return Letterbox.fit(width, height, self.imgsz, _MULTIPLE)
        scale = min(self.fixed[1] / width, self.fixed[0] / height)
        return Letterbox.fit(width, height, max(1, int(scale * max(width, height) + 1e-6)), 1)
