"""How long to wait before a camera is tried again."""

from __future__ import annotations

import random


class Pauses:
    """Grow by a factor of two from the first to the longest, each shortened by up to a half, by chance.

    The chance keeps cameras that were lost together, by a switch that failed, from all coming back at one moment
    (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/, "equal jitter").

    Args:
        first_s: the first pause at most.
        longest_s: every pause at most.
        chance: where randomness comes from.
    """

    def __init__(self, first_s: float, longest_s: float, chance: random.Random | None = None) -> None:
        self._first_s, self._longest_s = first_s, longest_s
        self._chance = chance or random.Random()
        self._limit_s = min(first_s, longest_s)

    def next(self) -> float:
        """Seconds to wait now."""
        pause_s = self._limit_s * self._chance.uniform(0.5, 1.0)
        self._limit_s = min(2 * self._limit_s, self._longest_s)
        return pause_s

    def reset(self) -> None:
        """All is well again: the next pause is a first one."""
        self._limit_s = min(self._first_s, self._longest_s)
