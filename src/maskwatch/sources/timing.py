"""Time in live sources: monotonic timestamps, playback at real-time speed, and a frame-rate limit."""

from __future__ import annotations

import threading
import time

_JUMP_S = 2.0
_SLEW = 0.01
_MIN_STEP_S = 0.001
_MAX_AHEAD_S = 30.0
_MAX_LATE_S = 1.0
_TOLERANCE = 0.25


class LiveClock:
    """Monotonic presentation times of one camera over all its connections, in seconds from its first frame.

    Intervals are those of the camera's own clock, so network bursts do not distort them. The time stays close to the
    time of arrival: drift is corrected slowly, and a camera clock that goes back or jumps by more than two seconds is
    corrected at once. Times rise by at least a millisecond.
    """

    def __init__(self) -> None:
        self._start: float | None = None
        self._shift: float | None = None
        self._last = -_MIN_STEP_S
        self._last_media = 0.0

    def begin(self) -> None:
        """Start a new connection: the camera's clock may start anywhere again."""
        self._shift = None

    def time_of(self, media_s: float | None, arrived_at: float) -> float:
        """The presentation time of the next frame.

        Args:
            media_s: time on the camera's clock; None when it has none.
            arrived_at: `time.monotonic` seconds.
        """
        self._start = arrived_at if self._start is None else self._start
        arrived_s = arrived_at - self._start
        time_s = arrived_s if media_s is None else self._follow(media_s, arrived_s)
        self._last = max(time_s, self._last + _MIN_STEP_S)
        return self._last

    def _follow(self, media_s: float, arrived_s: float) -> float:
        if self._shift is None or media_s < self._last_media or abs(media_s + self._shift - arrived_s) > _JUMP_S:
            self._shift = arrived_s - media_s
        self._shift += _SLEW * (arrived_s - media_s - self._shift)
        self._last_media = media_s
        return media_s + self._shift


class Pacer:
    """Plays files and HLS segments, which arrive in bursts, at real-time speed.

    A reader that is late by less than a second catches up; a reader that is later continues from the current frame.

    Args:
        stop: ends a wait early.
    """

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._shift: float | None = None

    def wait(self, media_s: float) -> None:
        """Return when the frame with this presentation time, in seconds, is due.

        A clock that goes back by more than a second or jumps by more than half a minute restarts the pacing.
        """
        now = time.monotonic()
        if self._shift is None or not -_MAX_LATE_S < media_s + self._shift - now < _MAX_AHEAD_S:
            self._shift = now - media_s
        if (ahead_s := media_s + self._shift - now) > 0:
            self._stop.wait(ahead_s)


class FrameRateLimiter:
    """Selects frames so that at most ``fps`` per second pass, evenly spaced.

    Args:
        fps: frames per second; None passes all.
    """

    def __init__(self, fps: float | None) -> None:
        self._step_s = None if fps is None else 1 / fps
        self._due_s: float | None = None

    def passes(self, time_s: float) -> bool:
        """Whether the frame with this presentation time passes; times must not go back.

        A frame is due a quarter of a step early, so a source that runs unevenly at exactly this rate loses no frame.
        """
        if self._step_s is None:
            return True
        if self._due_s is None or time_s > self._due_s + self._step_s:
            self._due_s = time_s
        if time_s < self._due_s - _TOLERANCE * self._step_s:
            return False
        self._due_s += self._step_s
        return True
