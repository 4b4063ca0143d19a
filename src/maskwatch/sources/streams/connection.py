"""One connection to a stream: opened within limits, giving undamaged frames only."""

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
from maskwatch.sources.decoder import ErrorFreeDecoder, FrameRotator
from maskwatch.sources.live_frames import LazyFrame
from maskwatch.sources.options import StreamOptions
from maskwatch.sources.streams.address import Address
from maskwatch.sources.streams.fault import Fault, StreamError, fault_of, stream_error
from maskwatch.sources.streams.opening import open_container, video_track

if TYPE_CHECKING:
    import av
    from av.video.reformatter import VideoReformatter

# MJPEG has no timestamps; FFmpeg numbers its frames as if they came at 25 fps.
_WITHOUT_TIMESTAMPS = frozenset({"mpjpeg", "mjpeg"})
_BURSTY = frozenset({"hls", "mov", "matroska"})
_HLS_READ_TIMEOUT_S = 20.0  # HLS segments arrive only every few seconds


class Connection:
    """An open stream. Use it as a context manager, and read `frames` once.

    Args:
        address: the address of the stream.
        options: time-outs and transport.
        stop: when set, reading ends at the next packet.

    Raises:
        StreamError: when it cannot be opened in time, or has no video that can be decoded.
    """

    def __init__(self, address: Address, options: StreamOptions, stop: threading.Event | None = None) -> None:
        self.name = str(address)
        self._stop = stop or threading.Event()
        self._options = options
        self._read_timeout_s = options.read_timeout_s
        if address.is_playlist:
            self._read_timeout_s = max(_HLS_READ_TIMEOUT_S, options.read_timeout_s)
        self._container = open_container(address, options, self._read_timeout_s)
        try:
            self._stream = video_track(self.name, self._container)
        except BaseException:
            self._container.close()
            raise
        self._decoder = ErrorFreeDecoder(self._stream)
        self._rotator = FrameRotator()
        self._decodable: set[tuple[str, int, int]] = set()
        self._format = self._container.format.name.split(",")[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def damaged(self) -> int:
        """The number of damaged frames so far, which were skipped."""
        return self._decoder.damaged

    @property
    def rate(self) -> Fraction | None:
        """Nominal frames per second; None when the stream does not state it."""
        return None if self._format in _WITHOUT_TIMESTAMPS else nominal_rate(self._stream)

    @property
    def finite(self) -> bool:
        """Whether it has an end, like a video file on a web server."""
        return self._format in _BURSTY and bool(self._container.duration)

    @property
    def bursty(self) -> bool:
        """Whether frames arrive in bursts, faster than real time, and need a `Pacer`."""
        return self._format in _BURSTY

    def close(self) -> None:
        """End the connection."""
        self._container.close()

    def frames(self) -> Iterator[LazyFrame]:
        """Undamaged frames in presentation order, until the stream ends.

        Damaged frames, and frames predicted from them, are skipped and counted in ``damaged``.

        Raises:
            StreamError: when no frame arrives for too long, or the server ends the stream.
        """
        from av.video.reformatter import VideoReformatter

        reformatter = VideoReformatter()
        last_good = time.monotonic()
        for packet in self._packets():
            if self._stop.is_set():
                return
            for frame in self._decoder.decode(packet) if packet.stream is self._stream else ():
                self._check_decoding(frame)
                last_good = time.monotonic()
                media_s = None if self._format in _WITHOUT_TIMESTAMPS else frame.time
                yield LazyFrame(partial(self._decode, frame, reformatter), time.monotonic(), media_s)
            if time.monotonic() - last_good > self._options.stall_s:
                raise self._error(Fault.stalled, f"{self._options.stall_s:g} s{self._damage}")
        if not self.finite:
            raise self._error(Fault.closed, self._damage)

    def _packets(self) -> Iterator[av.Packet[Any]]:
        """Packets of all tracks, so that a stalled video is noticed even if the sound continues.

        After its time-out, FFmpeg returns the frame left in its parser and waits once more. That frame is as old as
        the time-out: it is discarded, and the stall reported.
        """
        import av

        packets = self._container.demux()
        while True:
            began = time.monotonic()
            try:
                packet = next(packets, None)
                fault, detail = Fault.closed, ""
            except av.FFmpegError as error:
                fault, detail = fault_of(error)
                break
            if packet is None:
                return
            if time.monotonic() - began >= self._read_timeout_s:
                fault = Fault.silent
                break
            yield packet
        if fault is Fault.silent:
            raise self._error(Fault.stalled, f"{self._read_timeout_s:g} s")
        raise self._error(Fault.closed, f" ({detail})" if detail else "")

    def _check_decoding(self, frame: av.VideoFrame) -> None:
        """Decode the first frame of each pixel format and size at once, so that `LazyFrame.decode` does not fail later.

        Raises:
            StreamError: when this pixel format cannot be converted to RGB.
        """
        import av
        from av.video.reformatter import VideoReformatter

        form = (frame.format.name, frame.width, frame.height)
        if form in self._decodable:
            return
        try:
            self._decode(frame, VideoReformatter())
        except (av.FFmpegError, ValueError):
            detail = f"pixel format {form[0]}"
        else:
            self._decodable.add(form)
            return
        raise self._error(Fault.unsupported, detail)

    def _decode(self, frame: av.VideoFrame, reformatter: VideoReformatter) -> Image:
        image = np.asarray(reformatter.reformat(frame, format="rgb24", threads=1).to_ndarray(), np.uint8)
        return self._rotator.rotate(image, frame)

    @property
    def _damage(self) -> str:
        return f" ({self.damaged} damaged frames left out)" if self.damaged else ""

    def _error(self, fault: Fault, detail: str) -> StreamError:
        return stream_error(self.name, fault, detail)
