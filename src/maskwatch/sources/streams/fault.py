"""What can be wrong with a stream, and how it is told from FFmpeg's errors."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from maskwatch.errors import SourceError

if TYPE_CHECKING:
    import av


class Fault(StrEnum):
    """What is wrong with a stream.

    - ``unreachable``: nobody listens there, or the network does not lead there;
    - ``silent``: the server takes the call and says nothing in time;
    - ``missing``: there is no such stream on the server;
    - ``login``: user or password are missing or wrong;
    - ``unsupported``: what it sends cannot be read;
    - ``stalled``: images stopped, though the connection stands;
    - ``closed``: the server ended it.
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
        """Whether a person has to fix it, so that trying again soon is of no use."""
        return self in (Fault.login, Fault.unsupported)


class StreamError(SourceError):
    """A stream that cannot be opened or read on.

    Args:
        name: the address as it may be shown.
        what: is wrong, and what to do next.
        fault: the same as a kind.
    """

    def __init__(self, name: str, what: str, fault: Fault) -> None:
        super().__init__(f"{name}: {what}")
        self.what = what
        self.fault = fault


_ADVICE = {
    Fault.unreachable: "cannot be reached ({}); check that the camera is on, its address and its port",
    Fault.silent: "no answer within {}; check that the camera is on, its address and its port",
    Fault.missing: "the server does not give this stream ({}); check its path in the camera's manual",
    Fault.login: "user or password are missing or wrong ({}); write them as rtsp://USER:PASSWORD@HOST/...",
    Fault.unsupported: "what it sends cannot be read ({}); set the camera to H.264 or MJPEG",
    Fault.stalled: "no image for {}; check the camera and the network",
    Fault.closed: "the server ended the stream{}",
}


def stream_error(name: str, fault: Fault, detail: str) -> StreamError:
    """An error of this kind, with the advice that belongs to it."""
    return StreamError(name, _ADVICE[fault].format(detail), fault)


def fault_of(error: av.FFmpegError) -> tuple[Fault, str]:
    """The kind of an error of FFmpeg, and a detail that may be shown: its own words, never the address in it."""
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
        return Fault.unsupported, "it leads to an address of a kind that is not read"
    return Fault.unreachable, words
