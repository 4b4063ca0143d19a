"""Scaling images down, and fitting them into the fixed size of a video."""

from __future__ import annotations

import numpy as np

from maskwatch.frames import Image


def downscale(image: Image, scale: float) -> Image:
    """``image``, RGB uint8 (H, W, 3), scaled by a factor; unchanged when the factor is 1 or more."""
    import cv2

    if scale >= 1:
        return image
    size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def fit(image: Image, width: int, height: int) -> Image:
    """``image``, RGB uint8 (H, W, 3), as ``width`` x ``height`` pixels.

    An image that lacks one row or column is padded with its last one. Any other is scaled to fit, keeping its aspect
    ratio, and centred on black.
    """
    import cv2

    missing_x, missing_y = width - image.shape[1], height - image.shape[0]
    if missing_x in {0, 1} and missing_y in {0, 1}:
        return np.ascontiguousarray(np.pad(image, ((0, missing_y), (0, missing_x), (0, 0)), mode="edge"))
    scale = min(width / image.shape[1], height / image.shape[0])
    inner = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    canvas = np.zeros((height, width, 3), np.uint8)
    canvas[top : top + inner[1], left : left + inner[0]] = cv2.resize(
        np.ascontiguousarray(image), inner, interpolation=interpolation
    )
    return canvas
