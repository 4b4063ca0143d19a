"""Telling systemd how the service is doing, by its datagram socket (sd_notify(3)); nothing happens without systemd."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping

READY, STOPPING, ALIVE = "READY=1", "STOPPING=1", "WATCHDOG=1"


class Notifier:
    """Sends states to ``$NOTIFY_SOCKET``, and signs of life often enough for ``$WATCHDOG_USEC``.

    Args:
        environment: where the two variables are looked up; None for that of this process.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        found = os.environ if environment is None else environment
        self._address = found.get("NOTIFY_SOCKET", "")
        self._every_s = _watchdog_s(found) / 3
        self._last_alive = float("-inf")

    @property
    def wanted(self) -> bool:
        """Whether somebody listens."""
        return bool(self._address)

    def ready(self) -> None:
        """The service has started."""
        self._send(READY)

    def stopping(self) -> None:
        """The service is about to end."""
        self._send(STOPPING)

    def status(self, text: str) -> None:
        """One line for ``systemctl status``."""
        self._send(f"STATUS={' '.join(text.split())}")

    def alive(self) -> None:
        """A sign of life; call it as often as you like, it is sent three times in each watchdog period."""
        now = time.monotonic()
        if self._every_s and now - self._last_alive >= self._every_s:
            self._last_alive = now
            self._send(ALIVE)

    def _send(self, state: str) -> None:
        if not self._address:
            return
        # an address that begins with @ is an abstract one, written to the kernel with a leading null byte
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
            try:
                out.connect(address)
                out.sendall(state.encode())
            except OSError:  # nobody listens any more; the service itself is well and goes on
                return


def _watchdog_s(environment: Mapping[str, str]) -> float:
    """Seconds within which systemd wants a sign of life from this process; 0 when it wants none."""
    period, process = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if not period.isdecimal() or (process and process != str(os.getpid())):
        return 0.0
    return int(period) / 1e6
