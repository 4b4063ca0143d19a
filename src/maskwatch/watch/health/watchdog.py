"""Noticing that the work stands still: a detector, or anything else in the loop, that gives no answer any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_LOOKS_EACH_PERIOD = 20


class Watchdog:
    """A thread that calls ``on_hang`` once when nothing was heard for too long.

    Work that hangs inside native code can be ended by nothing but the end of the process; so ``on_hang`` is to say so
    loudly and end it, and the service manager starts it again.

    Args:
        silent_s: this long without a sign of life is too long, more than 0.
        on_hang: is told in one line what stands still, on the watchdog's own thread.
    """

    def __init__(self, silent_s: float, on_hang: Callable[[str], None]) -> None:
        self._silent_s = silent_s
        self._bark = on_hang
        self._doing = "starting"
        self._heard = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._heard = time.monotonic()
        self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._over.set()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join()

    @property
    def silence_s(self) -> float:
        """Seconds since the last sign of life."""
        return time.monotonic() - self._heard

    def alive(self, doing: str) -> None:
        """A sign of life, with what is done next ("detecting in front")."""
        self._doing, self._heard = doing, time.monotonic()

    def _look(self) -> None:
        while not self._over.wait(self._silent_s / _LOOKS_EACH_PERIOD):
            silent = self.silence_s
            if silent >= self._silent_s:
                self._bark(f"nothing was heard for {silent:.0f} s from the step: {self._doing}")
                return
