"""Signs of life of the main loop: a watchdog inside the process, and notifications for systemd outside it."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Mapping

READY, STOPPING, ALIVE = "READY=1", "STOPPING=1", "WATCHDOG=1"
"""Messages for systemd, sd_notify(3)."""
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


class Notifier:
    """Sends messages to systemd at ``$NOTIFY_SOCKET``, and keep-alives as often as ``$WATCHDOG_USEC`` requires.

    Without systemd, it does nothing.

    Args:
        environment: where the two variables are looked up; None for this process's environment.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        variables = os.environ if environment is None else environment
        self._address = variables.get("NOTIFY_SOCKET", "")
        self._every_s = _watchdog_s(variables) / 3
        self._alive_at = float("-inf")

    @property
    def wanted(self) -> bool:
        """Whether a service manager listens."""
        return bool(self._address)

    def ready(self) -> None:
        """The service has started."""
        self._send(READY)

    def stopping(self) -> None:
        """The service is about to end."""
        self._send(STOPPING)

    def status(self, text: str) -> None:
        """Set the status line of ``systemctl status``."""
        self._send(f"STATUS={' '.join(text.split())}")

    def alive(self) -> None:
        """Report progress. Call it as often as you like; it is sent three times per watchdog period."""
        now = time.monotonic()
        if self._every_s and now - self._alive_at >= self._every_s:
            self._alive_at = now
            self._send(ALIVE)

    def _send(self, message: str) -> None:
        if not self._address:
            return
        # "@" marks an abstract address, which the kernel expects with a leading null byte
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
            try:
                out.connect(address)
                out.sendall(message.encode())
            except OSError:  # nobody listens any more, which is no reason to stop the service
                return


def _watchdog_s(environment: Mapping[str, str]) -> float:
    """Watchdog period that systemd expects of this process, seconds; 0 for none."""
    period, process = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if not period.isdecimal() or (process and process != str(os.getpid())):
        return 0.0
    return int(period) / 1e6
