"""Anchor boxes of the single-shot network: where each output looks, and the box that it corrects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CENTRE_VARIANCE = 0.1
SIZE_VARIANCE = 0.2


@dataclass(frozen=True)
class AnchorLevel:
    """One feature map: a cell each ``stride`` pixels, with one square anchor for each of ``sides`` (pixels)."""

    stride: int
    sides: tuple[int, ...]


LEVELS = (
    AnchorLevel(8, (10, 16, 24)),
    AnchorLevel(16, (32, 48)),
    AnchorLevel(32, (64, 96)),
    AnchorLevel(64, (128, 192, 256)),
)
"""Those of the Ultra-Light face detector (Linzaer, MIT): faces from about 8 to 300 pixels."""


def level_shape(height: int, width: int, stride: int) -> tuple[int, int]:
    """Rows and columns of the feature map with this stride, for an input of ``height`` x ``width`` pixels."""
    rows, columns = height, width
    while stride > 1:
        rows, columns, stride = (rows + 1) // 2, (columns + 1) // 2, stride // 2
    return rows, columns


def anchors_for(height: int, width: int) -> NDArray[np.float32]:
    """Anchors float32 (A, 3) as (centre x, centre y, side) in input pixels, in the order of the network's outputs.

    Order: level, row, column, side.
    """
    parts = []
    for level in LEVELS:
        rows, columns = level_shape(height, width, level.stride)
        y, x, side = np.meshgrid(
            (np.arange(rows) + 0.5) * level.stride,
            (np.arange(columns) + 0.5) * level.stride,
            np.array(level.sides),
            indexing="ij",
        )
        parts.append(np.stack([x, y, side], axis=-1).reshape(-1, 3))
    return np.concatenate(parts).astype(np.float32)
