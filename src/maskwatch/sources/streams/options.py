"""Time-outs and transport of network streams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from maskwatch.errors import UsageError


@dataclass(frozen=True)
class StreamOptions:
    """How a network address is opened and read.

    Attributes:
        open_timeout_s: how long a server may take to answer, and again to send its first pictures.
        read_timeout_s: how long a connection may be silent before it counts as stalled.
        rtsp_transport: how RTSP carries pictures. ``tcp`` loses nothing on the way; ``udp`` is for cameras that know
            no other.
        stall_s: how long a connection may give data and no whole picture.

    Raises:
        UsageError: when a value is out of its range.
    """

    open_timeout_s: float = 5.0
    read_timeout_s: float = 5.0
    rtsp_transport: Literal["tcp", "udp"] = "tcp"
    stall_s: float = 10.0

    def __post_init__(self) -> None:
        for name in ("open_timeout_s", "read_timeout_s", "stall_s"):
            if not 0 < getattr(self, name) <= 3600:
                raise UsageError(f"{name} must be between 0 and 3600 seconds, not {getattr(self, name)}")
        if self.rtsp_transport not in ("tcp", "udp"):
            raise UsageError(f"rtsp_transport must be tcp or udp, not {self.rtsp_transport!r}")
