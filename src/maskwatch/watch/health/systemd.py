"""Notifications for systemd (sd_notify(3)) over its datagram socket; without systemd they do nothing."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping

READY, STOPPING, ALIVE = "READY=1", "STOPPING=1", "WATCHDOG=1"


class Notifier:
    """Sends messages to ``$NOTIFY_SOCKET``, and keep-alives as often as ``$WATCHDOG_USEC`` requires.

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
