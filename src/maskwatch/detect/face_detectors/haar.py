"""The Haar cascade for frontal faces in the OpenCV wheel (Viola & Jones, CVPR 2001)."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

import numpy as np

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

FILE = "haarcascade_frontalface_default.xml"
_STEP, _NEIGHBOURS, _SMALLEST = 1.1, 3, 20
_SLOPE, _MIDDLE = 0.57, 2.15
"""Logistic curve from the sum of the last stage to precision, fitted to 641 detections."""
_WIDTH, _DOWN = 0.8, 0.05
"""A face, brow to chin and ear to ear, inside the cascade's square; medians over 456 faces."""


class HaarFaces:
    """Needs no download. Slow, and misses most masked and most small faces.

    Args:
        files: another cascade in OpenCV's XML format; empty: the one in the wheel.
        imgsz: input size: longer side of the image in pixels. Faces of 20 px and more are detected there.
        runtime: its threads, if given, hold for OpenCV in the whole process. It runs on the CPU with any device.

    Raises:
        ModelError: when the file is not a cascade, or this version of OpenCV supports none.
        UsageError: when an option is out of range.
    """

    name = "haar"
    conf = 0.25
    iou = 0.3

    def __init__(self, files: tuple[Path, ...], imgsz: int | None, runtime: RuntimeOptions) -> None:
        import cv2

        limit_opencv_threads(runtime)
        self._lock = Lock()  # a cascade stores its image
        self.imgsz = checked_imgsz(imgsz, 640)
        if not hasattr(cv2, "CascadeClassifier"):
            raise ModelError(f"OpenCV {cv2.__version__} has no cascades; pip install 'opencv-python-headless>=4.12,<5'")
        file = files[0] if files else Path(cv2.data.haarcascades) / FILE  # type: ignore[attr-defined]
        if not file.is_file():
            raise ModelError(f"{file}: no such cascade; omit --face-detector-model to use the one of OpenCV")
        unreadable = ModelError(f"{file}: not a cascade that OpenCV can read; give its XML file")
        try:
            self.cascade = cv2.CascadeClassifier(str(file))
        except (cv2.error, SystemError) as error:
            raise unreadable from error
        if self.cascade.empty():
            raise unreadable

    def detect(self, image: Image, conf: float, iou: float) -> FaceBoxes:
        """The faces of an image; see `FaceDetector.detect`."""
        import cv2

        height, width = image.shape[:2]
        scale = self.imgsz / max(height, width)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        scaled = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 0.6 else cv2.INTER_LINEAR)
        grey = cv2.cvtColor(scaled, cv2.COLOR_RGB2GRAY)
        with self._lock:
            squares, _, sums = self.cascade.detectMultiScale3(
                grey, _STEP, _NEIGHBOURS, minSize=(_SMALLEST, _SMALLEST), outputRejectLevels=True
            )
        corner = np.asarray(squares, np.float32).reshape(-1, 4) * (np.array([width, height] * 2) / (size * 2))
        xyxy = np.concatenate([corner[:, :2], corner[:, :2] + corner[:, 2:]], axis=1).astype(np.float32)
        score = 1 / (1 + np.exp(-_SLOPE * (np.asarray(sums, np.float64).reshape(-1) - _MIDDLE)))
        kept = score >= conf
        return tidy(reshaped(xyxy[kept], width=_WIDTH, down=_DOWN), score[kept].astype(np.float32), iou, image)


FACE_DETECTOR = FaceDetectorType(HaarFaces, help="Haar cascade of OpenCV, frontal faces only")
