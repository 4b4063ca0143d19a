"""Faults of a stream, derived from FFmpeg's errors, and the message for each."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from maskwatch.errors import SourceError

if TYPE_CHECKING:
    import av


class Fault(StrEnum):
    """The kind of failure.

    - ``unreachable``: the host does not accept connections, or there is no route to it;
    - ``silent``: the server accepts the connection and does not answer in time;
    - ``missing``: the server has no such stream;
    - ``login``: user or password are missing or wrong;
    - ``unsupported``: the format cannot be decoded;
    - ``stalled``: connected, but frames stopped;
    - ``closed``: the server ended the stream.
    """

    unreachable = "unreachable"
    silent = "silent"
    missing = "missing"
    login = "login"
    unsupported = "unsupported"
    stalled = "stalled"
    closed = "closed"

    @property
    def permanent(self) -> bool:
        """Whether a person has to fix it; retrying soon would not help."""
        return self in (Fault.login, Fault.unsupported)


class StreamError(SourceError):
    """A stream that cannot be opened, or that broke off.

    Args:
        name: the address without its password.
        reason: what is wrong and what to do next.
        fault: the kind of failure.
    """

    def __init__(self, name: str, reason: str, fault: Fault) -> None:
        super().__init__(f"{name}: {reason}")
        self.reason = reason
        self.fault = fault


_ADVICE = {
    Fault.unreachable: "cannot be reached ({}); check that the camera is on, its address and its port",
    Fault.silent: "no answer within {}; check that the camera is on, its address and its port",
    Fault.missing: "the server does not give this stream ({}); check its path in the camera's manual",
    Fault.login: "user or password are missing or wrong ({}); write them as rtsp://USER:PASSWORD@HOST/...",
    Fault.unsupported: "what it sends cannot be read ({}); set the camera to H.264 or MJPEG",
    Fault.stalled: "no frame for {}; check the camera and the network",
    Fault.closed: "the server ended the stream{}",
}


def stream_error(name: str, fault: Fault, detail: str) -> StreamError:
    """The error for a fault, with its advice."""
    return StreamError(name, _ADVICE[fault].format(detail), fault)


def fault_of(error: av.FFmpegError) -> tuple[Fault, str]:
    """The fault behind an error of FFmpeg, and FFmpeg's words for it without the address."""
    import av

    words = (error.strerror or type(error).__name__).lower()
    if isinstance(error, av.error.HTTPUnauthorizedError | av.error.HTTPForbiddenError):
        return Fault.login, words.removeprefix("server returned ")
    if isinstance(error, av.error.HTTPClientError | av.error.HTTPError | FileNotFoundError):
        return Fault.missing, words.removeprefix("server returned ")
    if isinstance(error, av.error.ExitError | TimeoutError):
        return Fault.silent, words
    if isinstance(error, EOFError):
        return Fault.closed, ""
    if isinstance(error, av.error.InvalidDataError | av.error.DecoderNotFoundError | av.error.DemuxerNotFoundError):
        return Fault.unsupported, "unknown or damaged format"
    if isinstance(error, av.error.ProtocolNotFoundError):
        return Fault.unsupported, "it leads to an address that is not allowed"
    return Fault.unreachable, words
