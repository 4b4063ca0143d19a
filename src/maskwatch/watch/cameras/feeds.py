"""What a camera can be read from: a network stream, a webcam, a video file. One opened feed is one connection."""

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
        name: as it may be shown.
        remark: what is to be said when it has ended; empty when all was well.
    """

    name: str
    remark: str

    @property
    def rate(self) -> Fraction | None:
        """Nominal frames per second; None when unknown."""

    def frames(self) -> Iterator[LazyFrame]:
        """Images as they come. Ends where the source has an end.

        Raises:
            SourceError: when the source fails.
        """

    def close(self) -> None:
        """End the connection."""


Opener = Callable[[threading.Event], CameraStream]
"""Opens a feed; the event ends its waits. Raises `SourceError`."""


def feed_opener(
    spec: Spec, options: StreamOptions, open_capture: Callable[[int], Capture] | None = None
) -> tuple[str, Opener]:
    """The name of a source as it may be shown, and what opens it.

    Raises:
        SourceError: when it is an address of a kind that is not read, or a file that is no video.
    """
    number = camera_number(spec)
    if number is not None:
        return f"camera {number}", lambda _stop: _WebcamFeed(CameraSource(number, open_capture))
    text = os.fspath(spec) if not isinstance(spec, int) else str(spec)
    if is_address(text):
        address = parse(text)
        return str(address), lambda stop: _StreamFeed(address, options, stop)
    file = VideoSource(text)
    return text, lambda stop: _FileFeed(file, stop)


class _StreamFeed:
    """A network stream; what comes in heaps is played at its own speed."""

    remark = ""

    def __init__(self, address: Address, options: StreamOptions, stop: threading.Event) -> None:
        self._connection = Connection(address, options, stop)
        self._pacer = Pacer(stop) if self._connection.bursty else None
        self.name = str(address)

    @property
    def rate(self) -> Fraction | None:
        return self._connection.rate

    def frames(self) -> Iterator[LazyFrame]:
        for lazy_frame in self._connection.frames():
            if self._pacer is None or lazy_frame.media_s is None:
                yield lazy_frame
            else:
                self._pacer.wait(lazy_frame.media_s)
                yield LazyFrame(lazy_frame.decode, time.monotonic(), lazy_frame.media_s)

    def close(self) -> None:
        self._connection.close()


class _WebcamFeed:
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
            yield LazyFrame(_pixels_of(frame), time.monotonic())
        raise self._source.failures[0]

    def close(self) -> None:
        self._source.close()


class _FileFeed:
    """A video file, played at its own speed. Damaged frames are left out; it is said at the end."""

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
            yield LazyFrame(_pixels_of(frame), time.monotonic(), frame.time_s)
        self.remark = "; ".join(str(failure) for failure in self._source.failures)

    def close(self) -> None:
        self._source.close()


def _pixels_of(frame: Frame) -> Callable[[], Image]:
    return lambda: frame.image
