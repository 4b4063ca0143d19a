"""Options of sources: subfolders, the webcam library, and the time-outs and transport of network streams."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from maskwatch.errors import UsageError


class Capture(Protocol):
    """The methods of ``cv2.VideoCapture`` that MaskWatch uses."""

    def isOpened(self) -> bool: ...  # noqa: D102, N802

    def read(self) -> tuple[bool, Any]: ...  # noqa: D102

    def get(self, propId: int) -> float: ...  # noqa: D102, N803

    def release(self) -> None: ...  # noqa: D102


@dataclass(frozen=True)
class StreamOptions:
    """How a network address is opened and read.

    Attributes:
        open_timeout_s: maximum wait for the server's answer, and again for its first frames.
        read_timeout_s: maximum silence on a connection before it counts as stalled.
        rtsp_transport: ``tcp`` loses no data; ``udp`` is for cameras that support nothing else.
        stall_s: maximum time in which data arrive without a complete frame.

    Raises:
        UsageError: when a value is out of range.
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


@dataclass(frozen=True)
class SourceOptions:
    """Options of `maskwatch.sources.open_source`.

    Attributes:
        recursive: read the subfolders of a folder too.
        open_capture: opens webcam number N; None uses OpenCV. Tests and other camera libraries set their own.
        stream: time-outs and transport of network addresses.
    """

    recursive: bool = False
    open_capture: Callable[[int], Capture] | None = None
    stream: StreamOptions = field(default_factory=StreamOptions)
