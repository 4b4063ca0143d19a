"""The res10 SSD from OpenCV's samples (300 x 300 input), which many mask projects use."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskwatch.detect.base import checked_imgsz
from maskwatch.detect.devices import RuntimeOptions
from maskwatch.detect.face_detectors.contract import (
    FaceBoxes,
    FaceDetectorType,
    limit_opencv_threads,
    reshaped,
    tidy,
)
from maskwatch.errors import ModelError
from maskwatch.frames import Image
from maskwatch.weights.download import RemoteFile

_MEAN = (104, 177, 123)
_HEIGHT, _DOWN = 0.91, 0.07
"""A face, brow to chin, inside the network's boxes, which begin higher; medians over 358 faces."""


class Res10Faces:
    """Runs in OpenCV's DNN module. The image is stretched to a square, as in the original.

    Args:
        files: the TensorFlow weights ``opencv_face_detector_uint8.pb`` and their graph ``opencv_face_detector.pbtxt``.
        imgsz: side of the square in pixels; the network was trained on 300.
        runtime: its threads, if given, hold for OpenCV in the whole process. It runs on the CPU with any device.

    Raises:
        ModelError: when the files cannot be read.
        UsageError: when an option is out of range.
    """

    name = "res10"
    conf = 0.15
    iou = 0.45

    def __init__(self, files: tuple[Path, ...], imgsz: int | None, runtime: RuntimeOptions) -> None:
        import cv2

        for file in files:
            if not file.is_file():
                raise ModelError(f"{file}: no such file; res10 needs its .pb and its .pbtxt in one folder")
        limit_opencv_threads(runtime)
        self._lock = Lock()  # a network stores its input and output
        self.imgsz = checked_imgsz(imgsz, 300)
        try:
            self.net: Any = cv2.dnn.readNetFromTensorflow(*map(str, files))
        except cv2.error as error:
            raise ModelError(f"{files[0]}: not the res10 network; copy or download it again") from error

    def detect(self, image: Image, conf: float, iou: float) -> FaceBoxes:
        """The faces of an image; see `FaceDetector.detect`."""
        rows = self.run(self.prepare(image))[0, 0]
        rows = rows[rows[:, 2] >= conf]
        xyxy = rows[:, 3:7] * np.array([image.shape[1], image.shape[0]] * 2, np.float32)
        return tidy(reshaped(xyxy, height=_HEIGHT, down=_DOWN), rows[:, 2], iou, image)

    def prepare(self, image: Image) -> NDArray[np.float32]:
        """The network's input, BGR float32 (1, 3, imgsz, imgsz), for an image RGB uint8 (H, W, 3)."""
        import cv2

        size = (self.imgsz, self.imgsz)
        return np.asarray(cv2.dnn.blobFromImage(image, 1.0, size, _MEAN, swapRB=True), np.float32)

    def run(self, blob: NDArray[np.float32]) -> NDArray[np.float32]:
        """Rows [0, class, score, x1, y1, x2, y2], corners as shares of the image: float32 (1, 1, N, 7)."""
        with self._lock:
            self.net.setInput(blob)
            return np.array(self.net.forward(), np.float32)


_RAW = "https://raw.githubusercontent.com/opencv"

FACE_DETECTOR = FaceDetectorType(
    Res10Faces,
    help="res10 SSD from OpenCV's samples, 300 px",
    licence="none stated beside the file; OpenCV itself is Apache-2.0",
    origin="https://github.com/opencv/opencv_3rdparty",
    files=(
        RemoteFile(
            "opencv_face_detector_uint8.pb",
            f"{_RAW}/opencv_3rdparty/dnn_samples_face_detector_20180220_uint8/opencv_face_detector_uint8.pb",
            "5c71d752ef2cbf2f457ac82fdd580fcb2522fd04c5efdaed18eb6d9e2843fbed",
            2_727_750,
        ),
        RemoteFile(
            "opencv_face_detector.pbtxt",
            f"{_RAW}/opencv_extra/4.x/testdata/dnn/opencv_face_detector.pbtxt",
            "5397808362fc6fb7c4044484848e297b22449d913a267fa7f8bd9d86dce29144",
            34_912,
        ),
    ),
)
