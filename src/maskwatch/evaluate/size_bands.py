"""Bands of face size: the shorter side of the box, in pixels of the stored image."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class SizeBand:
    """Faces whose size is in ``low <= size < high`` pixels; ``high`` None means no limit."""

    name: str
    low: float = 0
    high: float | None = None

    def holds(self, size: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which of the sizes (N,) lie in the band: bool (N,)."""
        return np.asarray((size >= self.low) & (size < (math.inf if self.high is None else self.high)), np.bool_)


ALL_SIZES = SizeBand("all")
FROM_32 = SizeBand(">=32 px", 32)
NARROW_BANDS = (
    SizeBand("<16 px", 0, 16),
    SizeBand("16-32 px", 16, 32),
    SizeBand("32-64 px", 32, 64),
    SizeBand("64-128 px", 64, 128),
    SizeBand(">=128 px", 128),
)
