"""Presentation times that never go back, out of clocks that do."""

from __future__ import annotations

_JUMP_S = 2.0
_SLEW = 0.01
_LEAST_STEP_S = 0.001


class LiveClock:
    """Presentation times of one camera over all its connections, in seconds from its first image.

    The distances between images are those of the camera's own clock, so that a burst on the way does not disturb
    them. It is held near the time of arrival: slowly when the two clocks drift apart, at once when the camera's
    clock goes back or leaps by more than two seconds against it. Times rise by at least a millisecond.
    """

    def __init__(self) -> None:
        self._start: float | None = None
        self._shift: float | None = None
        self._last = -_LEAST_STEP_S
        self._last_media = 0.0

    def begin(self) -> None:
        """A new connection: the next image's own clock has nothing to do with the one before."""
        self._shift = None

    def time_of(self, media_s: float | None, arrived_at: float) -> float:
        """The presentation time of the next image.

        Args:
            media_s: on the camera's clock; None when it has none.
            arrived_at: `time.monotonic` seconds.
        """
        self._start = arrived_at if self._start is None else self._start
        arrived_s = arrived_at - self._start
        time_s = arrived_s if media_s is None else self._follow(media_s, arrived_s)
        self._last = max(time_s, self._last + _LEAST_STEP_S)
        return self._last

    def _follow(self, media_s: float, arrived_s: float) -> float:
        if self._shift is None or media_s < self._last_media or abs(media_s + self._shift - arrived_s) > _JUMP_S:
            self._shift = arrived_s - media_s
        self._shift += _SLEW * (arrived_s - media_s - self._shift)
        self._last_media = media_s
        return media_s + self._shift
