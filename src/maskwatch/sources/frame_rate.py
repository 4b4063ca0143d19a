"""Keeping a number of frames a second, evenly."""

from __future__ import annotations

_EARLY = 0.25


class FrameRateLimiter:
    """Chooses frames so that there are at most so many a second on average.

    Args:
        fps: frames a second; None keeps all.
    """

    def __init__(self, fps: float | None) -> None:
        self._step_s = None if fps is None else 1 / fps
        self._due_s: float | None = None

    def keeps(self, time_s: float) -> bool:
        """Whether the frame of this presentation time is kept; times must not go back.

        A frame counts as due a quarter of a step early, so that frames that come a little unevenly at just that
        rate are all kept.
        """
        if self._step_s is None:
            return True
        if self._due_s is None or time_s > self._due_s + self._step_s:
            self._due_s = time_s
        if time_s < self._due_s - _EARLY * self._step_s:
            return False
        self._due_s += self._step_s
        return True
