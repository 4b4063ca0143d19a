"""The watchdog: detects that the main loop hangs, in the detector or anywhere else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_CHECKS_PER_PERIOD = 20


class Watchdog:
    """A thread that calls ``on_hang`` once when `alive` was not called for ``silent_s``.

    Code that hangs inside a native library can only be stopped by ending the process. So ``on_hang`` must log the
    problem and end the process; a service manager restarts it.

    Args:
        silent_s: longest time between two calls of `alive`, seconds; more than 0.
        on_hang: called on the watchdog's thread with one line that names the step that hangs.
    """

    def __init__(self, silent_s: float, on_hang: Callable[[str], None]) -> None:
        self._silent_s = silent_s
        self._on_hang = on_hang
        self._step = "starting"
        self._alive_at = time.monotonic()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._alive_at = time.monotonic()
        self._thread.start()

    def close(self) -> None:
        """Stop the thread."""
        self._closed.set()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join()

    @property
    def silence_s(self) -> float:
        """Seconds since the last call of `alive`."""
        return time.monotonic() - self._alive_at

    def alive(self, step: str) -> None:
        """Report progress, and name the step that starts now ("detecting in a frame of door")."""
        self._step, self._alive_at = step, time.monotonic()

    def _run(self) -> None:
        while not self._closed.wait(self._silent_s / _CHECKS_PER_PERIOD):
            silence_s = self.silence_s
            if silence_s >= self._silent_s:
                self._on_hang(f"no progress for {silence_s:.0f} s in the step: {self._step}")
                return
