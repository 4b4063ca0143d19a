"""The res10 SSD of OpenCV's samples, on which most mask projects of the web build (300 x 300 input)."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskwatch.detect.base import checked_imgsz
from maskwatch.detect.devices import RuntimeOptions
from maskwatch.detect.face_detectors.contract import FaceBoxes, reshaped, tidy
from maskwatch.errors import ModelError
from maskwatch.frames import Image

_MEAN = (104, 177, 123)
_HEIGHT, _DOWN = 0.91, 0.07
"""A face, brow to chin, inside the network's boxes, which begin higher; medians over 358 faces."""


class Res10Faces:
    """Runs in OpenCV's DNN module. The image is squeezed to a square, as the network's authors do.

    Args:
        path: the TensorFlow weights, ``opencv_face_detector_uint8.pb``.
        graph: their graph, ``opencv_face_detector.pbtxt``.
        imgsz: side in pixels of the square; 300 is what the network was trained on.
        runtime: its threads, when given, are those of OpenCV in the whole process.

    Raises:
        ModelError: when the files cannot be read.
        UsageError: when an option is out of range.
    """

    name = "res10"
    conf = 0.15
    iou = 0.45

    def __init__(
        self, path: Path, graph: Path, imgsz: int | None = None, runtime: RuntimeOptions | None = None
    ) -> None:
        import cv2

        from maskwatch.detect.face_detectors.opencv import limit_threads

        for file in (path, graph):
            if not file.is_file():
                raise ModelError(f"{file}: no such file; res10 needs its .pb and its .pbtxt side by side")
        limit_threads(runtime)
        self._one_at_a_time = Lock()  # a network keeps its input and its output inside
        self.imgsz = checked_imgsz(imgsz, 300)
        try:
            self.net: Any = cv2.dnn.readNetFromTensorflow(str(path), str(graph))
        except cv2.error as error:
            raise ModelError(f"{path}: OpenCV cannot read it as the res10 network; get a whole copy") from error

    def find(self, image: Image, conf: float, iou: float) -> FaceBoxes:
        """The faces of an image; see `FaceDetector.find`."""
        rows = self.run(self.prepare(image))[0, 0]
        rows = rows[rows[:, 2] >= conf]
        xyxy = rows[:, 3:7] * np.array([image.shape[1], image.shape[0]] * 2, np.float32)
        return tidy(reshaped(xyxy, height=_HEIGHT, down=_DOWN), rows[:, 2], iou, image)

    def prepare(self, image: Image) -> NDArray[np.float32]:
        """The network's input, BGR float32 (1, 3, imgsz, imgsz), of an image RGB uint8 (H, W, 3)."""
        import cv2

        size = (self.imgsz, self.imgsz)
        return np.asarray(cv2.dnn.blobFromImage(image, 1.0, size, _MEAN, swapRB=True), np.float32)

    def run(self, blob: NDArray[np.float32]) -> NDArray[np.float32]:
        """Rows [0, class, score, x1, y1, x2, y2], corners as shares of the image: float32 (1, 1, N, 7)."""
        with self._one_at_a_time:
            self.net.setInput(blob)
            return np.array(self.net.forward(), np.float32)
