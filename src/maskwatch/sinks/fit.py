"""Images brought to the fixed size of a video."""

from __future__ import annotations

import numpy as np

from maskwatch.frames import Image


def fit(image: Image, width: int, height: int) -> Image:
    """``image``, RGB uint8 (H, W, 3), as ``width`` x ``height`` pixels.

    An image that lacks one row or column is padded with its last one; any other is scaled to fit, keeping its
    shape, and centred on black.
    """
    import cv2

    missing_x, missing_y = width - image.shape[1], height - image.shape[0]
    if missing_x in {0, 1} and missing_y in {0, 1}:
        return np.ascontiguousarray(np.pad(image, ((0, missing_y), (0, missing_x), (0, 0)), mode="edge"))
    scale = min(width / image.shape[1], height / image.shape[0])
    inner = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    canvas = np.zeros((height, width, 3), np.uint8)
    canvas[top : top + inner[1], left : left + inner[0]] = cv2.resize(
        np.ascontiguousarray(image), inner, interpolation=how
    )
    return canvas
