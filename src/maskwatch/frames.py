"""A frame: one image of a source, with its time."""

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
        source: path, camera number or address of its source; addresses never contain a password.
        rate: nominal frames per second of its video or camera; None for images.
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
