"""Looking up the name of a server within a time, which the system's own call does not promise."""

from __future__ import annotations

import socket
import threading

from maskwatch.sources.streams.address import Address
from maskwatch.sources.streams.fault import Fault, stream_error


def check_name(address: Address, timeout_s: float) -> None:
    """Make sure that the name of the server can be looked up; FFmpeg cannot be interrupted while it does so.

    Raises:
        StreamError: when the name is not known, or the name server does not answer in time.
    """
    if _is_number(address.host):
        return
    failed: list[str] = []

    def look_up() -> None:
        try:
            socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            failed.append(str(getattr(error, "strerror", None) or "no such name").lower())

    thread = threading.Thread(target=look_up, name="look up a camera", daemon=True)
    thread.start()
    thread.join(timeout_s)
    if thread.is_alive():
        raise stream_error(str(address), Fault.silent, f"{timeout_s:g} s from the name server")
    if failed:
        raise stream_error(str(address), Fault.unreachable, failed[0])


def _is_number(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except (OSError, ValueError):
            continue
        return True
    return False
