"""Irreversible blurring of faces: only a few averaged colours of each face remain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maskwatch.detections import Detections
from maskwatch.frames import Image
from maskwatch.sinks.draw import draw

BLOCKS = 6
"""Colours along each side of a face."""
_SOLID = 1.42
"""The ellipse is opaque up to this multiple of the half sides of the box, which covers its corners."""
_EDGE = 0.12
_LEVEL = 16


def blur(image: Image, faces: Detections) -> Image:
    """A copy of ``image``, RGB uint8 (H, W, 3), with an ellipse around each face reduced to 6 x 6 averaged colours.

    Only these colours, each rounded to 16 levels, enter the result, so no sharpening restores the face. The ellipse
    covers the whole box and the hair, ears and chin around it, with a soft edge; pixels outside it do not change.
    Overlapping faces are all averaged from the original image.
    """
    result = np.array(image, np.uint8, order="C")
    height, width = result.shape[:2]
    for box in faces.xyxy:
        left, top, right, bottom = _ellipse_bounds(box)
        rows, columns = slice(max(top, 0), min(bottom, height)), slice(max(left, 0), min(right, width))
        region = image[rows, columns]
        if not region.size:
            continue
        alpha = _ellipse(left, top, right, bottom)[
            rows.start - top : rows.stop - top, columns.start - left : columns.stop - left
        ]
        coarse = _averaged(region)
        mixed = result[rows, columns] * (1 - alpha) + coarse * alpha
        result[rows, columns] = np.round(mixed).astype(np.uint8)
    return result


def blur_and_draw(image: Image, faces: Detections) -> Image:
    """`blur`, then `draw`: a `Render` for images and videos that identify nobody."""
    return draw(blur(image, faces), faces)


def _ellipse_bounds(box: NDArray[np.float32]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom, in whole pixels, of the ellipse around a box (4,)."""
    centre, half = (box[:2] + box[2:]) / 2, np.maximum(box[2:] - box[:2], 0) / 2
    reach = half * _SOLID / (1 - _EDGE) + 1
    low, high = np.floor(centre - reach).astype(int), np.ceil(centre + reach).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _averaged(region: Image) -> NDArray[np.float32]:
    """``region`` as at most `BLOCKS` x `BLOCKS` averages, enlarged smoothly."""
    import cv2

    height, width = region.shape[:2]
    grid = (min(BLOCKS, max(1, width // 3)), min(BLOCKS, max(1, height // 3)))
    coarse = cv2.resize(np.ascontiguousarray(region), grid, interpolation=cv2.INTER_AREA)
    coarse = coarse // _LEVEL * _LEVEL + _LEVEL // 2
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _ellipse(left: int, top: int, right: int, bottom: int) -> NDArray[np.float32]:
    """Alpha (H, W, 1): 1 inside, falling to 0 over a soft edge."""
    x = (np.arange(left, right) + 0.5 - (left + right) / 2) / max((right - left) / 2, 1)
    y = (np.arange(top, bottom) + 0.5 - (top + bottom) / 2) / max((bottom - top) / 2, 1)
    distance = np.hypot(x[None, :], y[:, None])
    return np.asarray(np.clip((1 - distance) / _EDGE, 0, 1)[..., None], np.float32)
