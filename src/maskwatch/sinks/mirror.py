"""The mirror image, as people expect to see themselves; for what is shown only, never for what is stored."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from maskwatch.detections import Detections
from maskwatch.frames import Image


def mirror(image: Image, faces: Detections) -> tuple[Image, Detections]:
    """Image (H, W, 3) and boxes with left and right swapped; draw on these, so that text stays readable."""
    width = image.shape[1]
    x_min, y_min, x_max, y_max = faces.xyxy.T
    xyxy = np.stack([width - x_max, y_min, width - x_min, y_max], axis=1)
    return np.ascontiguousarray(image[:, ::-1]), replace(faces, xyxy=np.asarray(xyxy, np.float32))
