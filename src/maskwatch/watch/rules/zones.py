"""Which faces are in a zone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def inside(
    xyxy: NDArray[np.float32], polygon: Sequence[tuple[float, float]], width: int, height: int
) -> NDArray[np.bool_]:
    """Whether the centres of boxes lie in a polygon, by the even-odd rule.

    Args:
        xyxy: (N, 4), pixels.
        polygon: corners (x, y) in turn, as shares of the image's width and height, 0..1.
        width: of the image, pixels.
        height: of the image, pixels.

    Returns:
        bool (N,).
    """
    x = (xyxy[:, 0] + xyxy[:, 2]).astype(np.float64) / 2 / width
    y = (xyxy[:, 1] + xyxy[:, 3]).astype(np.float64) / 2 / height
    within = np.zeros(len(xyxy), np.bool_)
    for (x1, y1), (x2, y2) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        if y1 == y2:
            continue
        crosses = (y1 > y) != (y2 > y)
        within ^= crosses & (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1))
    return within
