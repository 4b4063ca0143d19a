"""Playing what lies ready (a file, the pieces of an HLS stream) at its own speed."""

from __future__ import annotations

import threading
import time

_AHEAD_S = 30.0
_LATE_S = 1.0


class Pacer:
    """Waits until an image is due. Who is late by less than a second catches up; who is later goes on from there.

    Args:
        stop: ends a wait early.
    """

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._shift: float | None = None

    def wait(self, media_s: float) -> None:
        """Return when the image of this presentation time, in seconds, is due.

        A clock that goes back by more than a second, or leaps by more than half a minute, begins anew.
        """
        now = time.monotonic()
        if self._shift is None or not -_LATE_S < media_s + self._shift - now < _AHEAD_S:
            self._shift = now - media_s
        if (ahead_s := media_s + self._shift - now) > 0:
            self._stop.wait(ahead_s)
