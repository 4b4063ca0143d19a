"""How long to wait before a camera is tried again."""

from __future__ import annotations

import random

from maskwatch.watch.backoff import pause_after


class Pauses:
    """Grow from the first to the longest, as `maskwatch.watch.backoff` says.

    Args:
        first_s: the first pause at most.
        longest_s: every pause at most.
        chance: where randomness comes from.
    """

    def __init__(self, first_s: float, longest_s: float, chance: random.Random | None = None) -> None:
        self._first_s, self._longest_s = first_s, longest_s
        self._chance = chance or random.Random()
        self._failures = 0

    def next(self) -> float:
        """Seconds to wait now."""
        self._failures += 1
        return pause_after(self._failures, self._first_s, self._longest_s, self._chance)

    def reset(self) -> None:
        """All is well again: the next pause is a first one."""
        self._failures = 0
