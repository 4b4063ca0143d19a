"""Figures with their uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass

_Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Estimate:
    """A figure 0..1 with its 95 % bootstrap interval; None where nothing was to measure or no interval is asked."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Proportion:
    """A count out of a total, with its 95 % Wilson interval; ``value``, ``low``, ``high`` are None for a total of 0."""

    hits: int
    total: int
    value: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, hits: int, total: int) -> Proportion:
        """``hits`` of ``total``, with the score interval of Wilson (1927)."""
        if total == 0:
            return cls(hits, total, None, None, None)
        share = hits / total
        scale = 1 + _Z_95**2 / total
        middle = (share + _Z_95**2 / (2 * total)) / scale
        half = _Z_95 / scale * math.sqrt(share * (1 - share) / total + (_Z_95 / (2 * total)) ** 2)
        return cls(hits, total, share, max(0.0, middle - half), min(1.0, middle + half))
