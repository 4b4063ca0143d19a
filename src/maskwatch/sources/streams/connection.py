"""One connection to a stream: opened within limits, giving whole images only."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from maskwatch.frames import Image
from maskwatch.sources.container import nominal_rate
from maskwatch.sources.options import StreamOptions
from maskwatch.sources.orientation import Turner
from maskwatch.sources.streams.address import Address
from maskwatch.sources.streams.error_free import ErrorFreeDecoder
from maskwatch.sources.streams.fault import Fault, StreamError, fault_of, stream_error
from maskwatch.sources.streams.lazy_frame import LazyFrame
from maskwatch.sources.streams.opening import open_container, video_track
from maskwatch.sources.streams.resolve import check_name

if TYPE_CHECKING:
    import av
    from av.video.reformatter import VideoReformatter

# MJPEG carries no times, FFmpeg numbers its images as if there were 25 a second.
_TIMELESS = frozenset({"mpjpeg", "mjpeg"})
_READY_MADE = frozenset({"hls", "mov", "matroska"})
_HLS_PATIENCE_S = 20.0  # a new piece of an HLS stream comes every few seconds only


class Connection:
    """An open stream. Use it as a context manager, and read `frames` once.

    Args:
        address: of the stream.
        options: time-outs and transport.
        stop: ends the reading, at the next packet, when it is set.

    Raises:
        StreamError: when it cannot be opened within the time, or holds no images that can be read.
    """

    def __init__(self, address: Address, options: StreamOptions, stop: threading.Event | None = None) -> None:
        self.name = str(address)
        self._stop = stop or threading.Event()
        self._options = options
        self._read_timeout_s = options.read_timeout_s
        if address.is_playlist:
            self._read_timeout_s = max(_HLS_PATIENCE_S, options.read_timeout_s)
        check_name(address, options.open_timeout_s)
        self._container = open_container(address, options, self._read_timeout_s)
        try:
            self._stream = video_track(self.name, self._container)
        except BaseException:
            self._container.close()
            raise
        self._whole = ErrorFreeDecoder(self._stream)
        self._turner = Turner()
        self._proven: set[tuple[str, int, int]] = set()
        self._format = self._container.format.name.split(",")[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def damaged(self) -> int:
        """Images left out so far, because they were damaged."""
        return self._whole.damaged

    @property
    def rate(self) -> Fraction | None:
        """Nominal frames per second; None where the stream does not tell."""
        return None if self._format in _TIMELESS else nominal_rate(self._stream)

    @property
    def finite(self) -> bool:
        """Whether it has an end, as a video file on a web server has."""
        return self._format in _READY_MADE and bool(self._container.duration)

    @property
    def ready_made(self) -> bool:
        """Whether its images come in heaps, faster than they were taken, and have to be paced."""
        return self._format in _READY_MADE

    def close(self) -> None:
        """End the connection."""
        self._container.close()

    def frames(self) -> Iterator[LazyFrame]:
        """Whole images in the order they are shown, until the stream ends.

        What is damaged, and what was predicted from it, is left out and counted in ``damaged``.

        Raises:
            StreamError: when nothing comes for too long, or the server breaks off.
        """
        from av.video.reformatter import VideoReformatter

        reformatter = VideoReformatter()
        last_good = time.monotonic()
        for packet in self._packets():
            if self._stop.is_set():
                return
            for frame in self._whole.of(packet) if packet.stream is self._stream else ():
                self._check_decoding(frame)
                last_good = time.monotonic()
                media_s = None if self._format in _TIMELESS else frame.time
                yield LazyFrame(partial(self._decode, frame, reformatter), time.monotonic(), media_s)
            if time.monotonic() - last_good > self._options.stall_s:
                raise self._error(Fault.stalled, f"{self._options.stall_s:g} s{self._damage}")
        if not self.finite:
            raise self._error(Fault.closed, self._damage)

    def _packets(self) -> Iterator[av.Packet[Any]]:
        """Packets of all tracks, so that images that stop are noticed although sound goes on.

        When FFmpeg's time-out is over, it first gives what lay in its parser, and waits once more. That image is
        as old as the time-out, so that it is left out, and the stall noticed.
        """
        import av

        packets = self._container.demux()
        while True:
            began = time.monotonic()
            try:
                packet = next(packets, None)
                fault, words = Fault.closed, ""
            except av.FFmpegError as error:
                fault, words = fault_of(error)
                break
            if packet is None:
                return
            if time.monotonic() - began >= self._read_timeout_s:
                fault = Fault.silent
                break
            yield packet
        if fault is Fault.silent:
            raise self._error(Fault.stalled, f"{self._read_timeout_s:g} s")
        raise self._error(Fault.closed, f" ({words})" if words else "")

    def _check_decoding(self, frame: av.VideoFrame) -> None:
        """Develop the first image of each kind at once, so that developing one later does not fail."""
        import av
        from av.video.reformatter import VideoReformatter

        kind = (frame.format.name, frame.width, frame.height)
        if kind in self._proven:
            return
        try:
            self._decode(frame, VideoReformatter())
        except (av.FFmpegError, ValueError):
            detail = f"pixels of the kind {kind[0]}"
        else:
            self._proven.add(kind)
            return
        raise self._error(Fault.unsupported, detail)

    def _decode(self, frame: av.VideoFrame, reformatter: VideoReformatter) -> Image:
        image = np.asarray(reformatter.reformat(frame, format="rgb24", threads=1).to_ndarray(), np.uint8)
        return self._turner.turn(image, frame)

    @property
    def _damage(self) -> str:
        return f" ({self.damaged} damaged images left out)" if self.damaged else ""

    def _error(self, fault: Fault, detail: str) -> StreamError:
        return stream_error(self.name, fault, detail)
