"""What sources give: one image with its place in time."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""RGB uint8 (H, W, 3)."""


@dataclass(frozen=True)
class Frame:
    """One image of a source.

    Attributes:
        image: RGB uint8 (H, W, 3).
        index: number of the frame in its source, from 0.
        time_s: presentation time in seconds, from 0; None for images.
        source: where it came from, as a person would write it (path, camera number, address).
        rate: nominal frames per second of the video or camera that it belongs to; None for images.
    """

    image: Image
    index: int
    time_s: float | None
    source: str
    rate: Fraction | None = None

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.image.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.image.shape[0])
