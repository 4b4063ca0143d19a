"""Exponential backoff with jitter, for cameras and senders."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

_MAX_DOUBLINGS = 30


@dataclass(frozen=True)
class Backoff:
    """Pauses between retries: doubled after each failure and shortened at random by up to half.

    The jitter spreads out cameras that a failed switch took down together, so that they do not all reconnect at the
    same moment ("equal jitter",
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).

    Attributes:
        first_s: longest pause after the first failure, seconds.
        longest_s: longest pause after any failure, seconds.
        rng: source of the jitter.
    """

    first_s: float
    longest_s: float
    rng: random.Random = field(default_factory=random.Random, repr=False, compare=False)

    def after(self, failures: int) -> float:
        """Seconds to wait after ``failures`` failures in a row (1 or more)."""
        full_s: float = min(self.longest_s, self.first_s * 2 ** min(failures - 1, _MAX_DOUBLINGS))
        return full_s * self.rng.uniform(0.5, 1.0)
