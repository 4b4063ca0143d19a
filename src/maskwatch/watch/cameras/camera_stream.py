"""One open connection to a camera: a network stream, a webcam or a video file."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Protocol

from maskwatch.frames import Frame, Image
from maskwatch.sources.camera import CameraSource
from maskwatch.sources.live_frames import LazyFrame
from maskwatch.sources.options import Capture, StreamOptions
from maskwatch.sources.specs import Spec, camera_number
from maskwatch.sources.streams.address import Address, is_address, parse
from maskwatch.sources.streams.connection import Connection
from maskwatch.sources.timing import Pacer
from maskwatch.sources.video import VideoSource


class CameraStream(Protocol):
    """One open connection to a camera.

    Attributes:
        name: display name, without credentials.
        remark: warning to report at the end of the stream; empty if there is none.
    """

    name: str
    remark: str

    @property
    def rate(self) -> Fraction | None:
        """Nominal frames per second; None when unknown."""

    def frames(self) -> Iterator[LazyFrame]:
        """Frames as they arrive, until the source ends.

        Raises:
            SourceError: when the source fails.
        """

    def close(self) -> None:
        """Close the connection."""


Opener = Callable[[threading.Event], CameraStream]
"""Opens a stream; setting the event cuts its waits short. Raises `SourceError`."""


def stream_opener(
    spec: Spec, options: StreamOptions, open_capture: Callable[[int], Capture] | None = None
) -> tuple[str, Opener]:
    """The display name of a source, and a function that opens it.

    Raises:
        SourceError: when the scheme of an address is not supported, or a file is not a video.
    """
    number = camera_number(spec)
    if number is not None:
        return f"camera {number}", lambda _stop: _Webcam(CameraSource(number, open_capture))
    text = os.fspath(spec) if not isinstance(spec, int) else str(spec)
    if is_address(text):
        address = parse(text)
        return str(address), lambda stop: _NetworkStream(address, options, stop)
    file = VideoSource(text)
    return text, lambda stop: _VideoFile(file, stop)


class _NetworkStream:
    """A network stream. Streams that arrive in segments, such as HLS, are played in real time."""

    remark = ""

    def __init__(self, address: Address, options: StreamOptions, stop: threading.Event) -> None:
        self._connection = Connection(address, options, stop)
        self._pacer = Pacer(stop) if self._connection.bursty else None
        self.name = str(address)

    @property
    def rate(self) -> Fraction | None:
        return self._connection.rate

    def frames(self) -> Iterator[LazyFrame]:
        for frame in self._connection.frames():
            if self._pacer is None or frame.media_s is None:
                yield frame
            else:
                self._pacer.wait(frame.media_s)
                yield LazyFrame(frame.decode, time.monotonic(), frame.media_s)

    def close(self) -> None:
        self._connection.close()


class _Webcam:
    """A webcam of this computer."""

    remark = ""

    def __init__(self, source: CameraSource) -> None:
        self._source = source
        self.name = source.name

    @property
    def rate(self) -> Fraction | None:
        return self._source.rate

    def frames(self) -> Iterator[LazyFrame]:
        for frame in self._source:
            yield LazyFrame(_decoded(frame), time.monotonic())
        raise self._source.failures[0]

    def close(self) -> None:
        self._source.close()


class _VideoFile:
    """A video file, played in real time. Damaged frames are skipped and reported at the end."""

    def __init__(self, source: VideoSource, stop: threading.Event) -> None:
        self._source, self._pacer = source, Pacer(stop)
        self.name = source.name
        self.remark = ""

    @property
    def rate(self) -> Fraction | None:
        return self._source.rate

    def frames(self) -> Iterator[LazyFrame]:
        for frame in self._source:
            if frame.time_s is not None:
                self._pacer.wait(frame.time_s)
            yield LazyFrame(_decoded(frame), time.monotonic(), frame.time_s)
        self.remark = "; ".join(str(failure) for failure in self._source.failures)

    def close(self) -> None:
        self._source.close()


def _decoded(frame: Frame) -> Callable[[], Image]:
    """The ``decode`` of a frame that is decoded already."""
    return lambda: frame.image
