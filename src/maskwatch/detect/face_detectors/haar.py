"""The Haar cascade for frontal faces that lies in the OpenCV wheel (Viola & Jones, CVPR 2001)."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

import numpy as np

from maskwatch.detect.base import checked_imgsz
from maskwatch.detect.devices import RuntimeOptions
from maskwatch.detect.face_detectors.contract import FaceBoxes, reshaped, tidy
from maskwatch.detect.face_detectors.opencv import limit_threads
from maskwatch.errors import ModelError
from maskwatch.frames import Image

FILE = "haarcascade_frontalface_default.xml"
_STEP, _NEIGHBOURS, _SMALLEST = 1.1, 3, 20
_SLOPE, _MIDDLE = 0.57, 2.15
"""Logistic curve from the sum of the cascade's last stage to the share of true faces among 641 finds."""
_WIDTH, _DOWN = 0.8, 0.05
"""A face, brow to chin and ear to ear, inside the cascade's square; medians over 456 faces."""


class HaarFaces:
    """Slow, and blind to most masks and small faces, but there is nothing to fetch.

    Args:
        path: another cascade of OpenCV's XML kind; None takes the one in the wheel.
        imgsz: length in pixels to which an image's longer side is scaled. Faces from 20 px there are looked for.
        runtime: its threads, when given, are those of OpenCV in the whole process.

    Raises:
        ModelError: when the file is no cascade, or OpenCV is too new to have any.
        UsageError: when an option is out of range.
    """

    name = "haar"
    conf = 0.25
    iou = 0.3

    def __init__(
        self, path: Path | None = None, imgsz: int | None = None, runtime: RuntimeOptions | None = None
    ) -> None:
        import cv2

        limit_threads(runtime)
        self._one_at_a_time = Lock()  # a cascade keeps its image inside
        self.imgsz = checked_imgsz(imgsz, 640)
        if not hasattr(cv2, "CascadeClassifier"):
            raise ModelError(f"OpenCV {cv2.__version__} has no cascades; pip install 'opencv-python-headless>=4.12,<5'")
        file = Path(cv2.data.haarcascades) / FILE if path is None else path  # type: ignore[attr-defined]
        if not file.is_file():
            raise ModelError(f"{file}: no such cascade; leave --face-detector-model out for the one of OpenCV")
        try:
            self.cascade = cv2.CascadeClassifier(str(file))
        except (cv2.error, SystemError) as error:
            raise ModelError(f"{file}: OpenCV cannot read it as a cascade; give an XML file of that kind") from error
        if self.cascade.empty():
            raise ModelError(f"{file}: OpenCV cannot read it as a cascade; give an XML file of that kind")

    def find(self, image: Image, conf: float, iou: float) -> FaceBoxes:
        """The faces of an image; see `FaceDetector.find`."""
        import cv2

        height, width = image.shape[:2]
        scale = self.imgsz / max(height, width)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        scaled = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 0.6 else cv2.INTER_LINEAR)
        grey = cv2.cvtColor(scaled, cv2.COLOR_RGB2GRAY)
        with self._one_at_a_time:
            squares, _, sums = self.cascade.detectMultiScale3(
                grey, _STEP, _NEIGHBOURS, minSize=(_SMALLEST, _SMALLEST), outputRejectLevels=True
            )
        corner = np.asarray(squares, np.float32).reshape(-1, 4) * (np.array([width, height] * 2) / (size * 2))
        xyxy = np.concatenate([corner[:, :2], corner[:, :2] + corner[:, 2:]], axis=1).astype(np.float32)
        score = 1 / (1 + np.exp(-_SLOPE * (np.asarray(sums, np.float64).reshape(-1) - _MIDDLE)))
        sure = score >= conf
        return tidy(reshaped(xyxy[sure], width=_WIDTH, down=_DOWN), score[sure].astype(np.float32), iou, image)
