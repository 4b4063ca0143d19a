"""One connection to a stream: opened within limits, giving whole pictures only."""

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
from maskwatch.images import MAX_PIXELS
from maskwatch.sources.container import nominal_rate
from maskwatch.sources.orientation import Turner
from maskwatch.sources.streams.address import Address
from maskwatch.sources.streams.fault import Fault, StreamError, fault_of, stream_error
from maskwatch.sources.streams.limits import container_options
from maskwatch.sources.streams.options import StreamOptions
from maskwatch.sources.streams.resolve import check_name
from maskwatch.sources.streams.shot import Shot

if TYPE_CHECKING:
    import av
    from av.container import InputContainer
    from av.video.reformatter import VideoReformatter
    from av.video.stream import VideoStream

# MJPEG carries no times, FFmpeg numbers its pictures as if there were 25 a second.
_TIMELESS = frozenset({"mpjpeg", "mjpeg"})
_READY_MADE = frozenset({"hls", "mov", "matroska"})
# These decoders give nothing before they can begin; others give what they predicted from nothing.
_BEGINS_BY_ITSELF = frozenset({"h264", "hevc"})
_HLS_PATIENCE_S = 20.0  # a new piece of an HLS stream comes every few seconds only


class Connection:
    """An open stream. Use it as a context manager, and read `shots` once.

    Args:
        address: of the stream.
        options: time-outs and transport.
        stop: ends the reading, at the next packet, when it is set.

    Raises:
        StreamError: when it cannot be opened within the time, or holds no pictures that can be read.
    """

    def __init__(self, address: Address, options: StreamOptions, stop: threading.Event | None = None) -> None:
        self.name = str(address)
        self._stop = stop or threading.Event()
        self._options = options
        self._read_timeout_s = options.read_timeout_s
        if address.is_playlist:
            self._read_timeout_s = max(_HLS_PATIENCE_S, options.read_timeout_s)
        check_name(address, options.open_timeout_s)
        self._container = _open(address, options, self._read_timeout_s)
        try:
            self._stream = _picture_track(self.name, self._container)
        except BaseException:
            self._container.close()
            raise
        self.damaged = 0
        self._waits_for_key_frame = self._stream.codec_context.name not in _BEGINS_BY_ITSELF
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
    def rate(self) -> Fraction | None:
        """Nominal frames per second; None where the stream does not tell."""
        return None if self._format in _TIMELESS else nominal_rate(self._stream)

    @property
    def finite(self) -> bool:
        """Whether it has an end, as a video file on a web server has."""
        return self._format in _READY_MADE and bool(self._container.duration)

    @property
    def ready_made(self) -> bool:
        """Whether its pictures come in heaps, faster than they were taken, and have to be paced."""
        return self._format in _READY_MADE

    def close(self) -> None:
        """End the connection."""
        self._container.close()

    def shots(self) -> Iterator[Shot]:
        """Whole pictures in the order they are shown, until the stream ends.

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
            for picture in self._decode(packet):
                self._prove(picture)
                last_good = time.monotonic()
                media_s = None if self._format in _TIMELESS else picture.time
                yield Shot(partial(self._develop, picture, reformatter), time.monotonic(), media_s)
            if time.monotonic() - last_good > self._options.stall_s:
                raise self._error(Fault.stalled, f"{self._options.stall_s:g} s{self._damage}")
        if not self.finite:
            raise self._error(Fault.closed, self._damage)

    def _packets(self) -> Iterator[av.Packet[Any]]:
        """Packets of all tracks, so that pictures that stop are noticed although sound goes on."""
        import av

        try:
            yield from self._container.demux()
        except av.FFmpegError as error:
            fault, words = fault_of(error)
        else:
            return
        if fault is Fault.silent:
            raise self._error(Fault.stalled, f"{self._read_timeout_s:g} s")
        raise self._error(Fault.closed, f" ({words})" if words else "")

    def _decode(self, packet: av.Packet[Any]) -> list[av.VideoFrame]:
        """The whole pictures that a packet completes.

        After damage the decoder is emptied. Nothing is then given until it can begin anew: at a key frame, or where
        a stream without key frames has been refreshed as a whole.
        """
        import av

        if packet.stream is not self._stream:
            return []
        try:
            pictures = [] if packet.is_corrupt else self._stream.decode(packet)
            damaged = packet.is_corrupt or any(picture.is_corrupt for picture in pictures)
        except EOFError:
            return []
        except av.FFmpegError:
            damaged = True
        if damaged:
            self.damaged += 1
            self._stream.codec_context.flush_buffers()
            self._waits_for_key_frame = self._stream.codec_context.name not in _BEGINS_BY_ITSELF
            return []
        return [picture for picture in pictures if self._can_begin(picture)]

    def _can_begin(self, picture: av.VideoFrame) -> bool:
        self._waits_for_key_frame = self._waits_for_key_frame and not picture.key_frame
        return not self._waits_for_key_frame

    def _prove(self, picture: av.VideoFrame) -> None:
        """Develop the first picture of each kind at once, so that developing one later does not fail."""
        import av
        from av.video.reformatter import VideoReformatter

        kind = (picture.format.name, picture.width, picture.height)
        if kind in self._proven:
            return
        try:
            self._develop(picture, VideoReformatter())
        except (av.FFmpegError, ValueError):
            detail = f"pixels of the kind {kind[0]}"
        else:
            self._proven.add(kind)
            return
        raise self._error(Fault.unsupported, detail)

    def _develop(self, picture: av.VideoFrame, reformatter: VideoReformatter) -> Image:
        image = np.asarray(reformatter.reformat(picture, format="rgb24", threads=1).to_ndarray(), np.uint8)
        return self._turner.turn(image, picture)

    @property
    def _damage(self) -> str:
        return f" ({self.damaged} damaged pictures left out)" if self.damaged else ""

    def _error(self, fault: Fault, detail: str) -> StreamError:
        return stream_error(self.name, fault, detail)


def _open(address: Address, options: StreamOptions, read_timeout_s: float) -> InputContainer:
    import av

    timeouts = (options.open_timeout_s, read_timeout_s)
    began = time.monotonic()
    try:
        return av.open(address.secret, container_options=container_options(address, options), timeout=timeouts)
    except (av.FFmpegError, UnicodeError) as error:
        fault, words = fault_of(error) if isinstance(error, av.FFmpegError) else (Fault.missing, "no such address")
    # Raised here and not above, so that FFmpeg's error, which holds the address with its password, is not chained.
    if time.monotonic() - began >= options.open_timeout_s:  # FFmpeg may say that it got no valid data instead
        fault, words = Fault.silent, f"{options.open_timeout_s:g} s"
    raise stream_error(str(address), fault, words)


def _picture_track(name: str, container: InputContainer) -> VideoStream:
    """The first track of moving pictures."""
    if not container.streams.video:
        raise stream_error(name, Fault.unsupported, "no pictures in it")
    track = container.streams.video[0]
    if track.codec_context is None:
        raise stream_error(name, Fault.unsupported, "its codec is not known")
    if track.width * track.height > MAX_PIXELS:
        raise stream_error(name, Fault.unsupported, f"{track.width} x {track.height} pixels are too many")
    track.codec_context.options = {"max_pixels": str(MAX_PIXELS)}  # the size may change on the way
    if track.codec_context.name == "mjpeg":
        track.codec_context.options = {"max_pixels": str(MAX_PIXELS), "err_detect": "explode"}
    track.thread_count = 1  # with more, FFmpeg overlooks damage
    return track
