"""The images of several cameras in one grid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from maskwatch.detections import Detections
from maskwatch.frames import Image
from maskwatch.sinks.base import Render
from maskwatch.sinks.resize import fit

_WIDTH = 1600
_SHAPE = 9 / 16


def columns(cameras: int) -> int:
    """Number of columns of a nearly square grid."""
    return max(1, math.ceil(math.sqrt(cameras)))


def arrange(cells: Sequence[tuple[Image, Detections] | None], render: Render) -> Image:
    """Scale the images of all cameras into a grid, then draw the faces.

    Args:
        cells: image, RGB uint8 (H, W, 3), and faces of each camera, in order; None leaves the cell black.
        render: draws the faces.

    Returns:
        RGB uint8, at most 1600 pixels wide; a single image keeps its aspect ratio.
    """
    across = columns(len(cells))
    down = -(-len(cells) // across)
    width = _WIDTH // across
    height = round(width * _SHAPE)
    if len(cells) == 1 and cells[0] is not None:
        image = cells[0][0]
        width = min(width, image.shape[1])
        height = max(1, round(image.shape[0] * width / image.shape[1]))
    canvas = np.zeros((down * height, across * width, 3), np.uint8)
    for place, cell in enumerate(cells):
        if cell is not None:
            top, left = place // across * height, place % across * width
            canvas[top : top + height, left : left + width] = _cell(*cell, width, height, render)
    return canvas


def _cell(image: Image, faces: Detections, width: int, height: int, render: Render) -> Image:
    import cv2

    scale = min(width / image.shape[1], height / image.shape[0])
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(image, size, interpolation=how), np.uint8)
    factor = np.array([size[0] / image.shape[1], size[1] / image.shape[0]] * 2, np.float32)
    return fit(render(small, replace(faces, xyxy=faces.xyxy * factor)), width, height)
