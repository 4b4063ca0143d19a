"""MP4 files that stay playable even when writing is interrupted.

The file grows as a fragmented MP4, in which each fragment is playable as soon as it is on the disk. At the end it is
copied, without re-encoding, into an ordinary MP4 with its index in front.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from maskwatch.errors import SinkError
from maskwatch.files import CHOOSE_ANOTHER
from maskwatch.frames import Image
from maskwatch.sinks.resize import fit

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import OutputContainer
    from av.video.stream import VideoStream

DEFAULT_RATE = Fraction(25)
"""Frames per second of sources without a frame rate."""
_TICKS_PER_SECOND = 90_000
_LARGEST_TIMESCALE = 2**31 - 1
_QUALITY = {"crf": "21", "preset": "veryfast"}
_FRAGMENT_S = 2
_BT709, _LIMITED_RANGE = 1, 1
_BOX_HEADER, _LONG_BOX_HEADER = 8, 16


class Mp4Writer:
    """Encodes frames into ``NAME.part.mp4``, which becomes ``NAME.mp4`` or ``NAME.incomplete.mp4`` at the end.

    Args:
        path: ``NAME.mp4``, in an existing folder.
        width: width of the frames in pixels; an odd one is padded.
        height: height of the frames in pixels; an odd one is padded.
        rate: frames per second; None when unknown.

    Attributes:
        kept: the final file; None until `close`, and when no frame could be saved.

    Raises:
        SinkError: from all methods when the file cannot be written.
    """

    def __init__(self, path: Path, width: int, height: int, rate: Fraction | None) -> None:
        self.kept: Path | None = None
        self._path = path
        self._part = path.with_suffix(".part.mp4")
        self._incomplete = path.with_suffix(".incomplete.mp4")
        self._width, self._height = width + width % 2, height + height % 2
        self._rate = rate if rate is not None and rate > 0 else DEFAULT_RATE
        self._tick = _tick(self._rate)
        self._last_pts: int | None = None
        self._added = 0
        self._failed = False
        with self._explained():
            self._container, self._stream = self._open()

    def add(self, image: Image, index: int, time_s: float | None) -> None:
        """Encode one frame, RGB uint8 (H, W, 3), shown at ``time_s`` (None: ``index`` / rate)."""
        frame = _to_yuv(fit(image, self._width, self._height))
        frame.time_base, frame.pts = self._tick, self._pts(index, time_s)
        frame.duration = round(1 / (self._rate * self._tick))
        with self._explained():
            self._container.mux(self._stream.encode(frame))
        self._last_pts = frame.pts
        self._added += 1

    def close(self, *, complete: bool) -> None:
        """Complete the file. It is named incomplete if ``complete`` is False or the disk has no room for its end."""
        try:
            with self._explained():
                if not self._failed and self._last_pts is not None:
                    self._container.mux(self._stream.encode(None))
        except BaseException:
            complete = False
            raise
        finally:
            try:
                with self._explained():
                    self._container.close()
            finally:
                self._keep(complete and not self._failed)

    def _keep(self, complete: bool) -> None:
        """Give the file its final name. The frames written so far survive every failure and interruption."""
        if not self._part.exists():
            return
        if not drop_broken_fragment(self._part):
            self._part.unlink()
            return
        indexed = self._part.with_suffix(".index.mp4")
        try:
            with self._explained():
                if not self._failed:
                    _remux(self._part, indexed)
                    # FFmpeg reports no error when the last bytes of a file have no room
                    if complete and _frames_in(indexed) < self._added:
                        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                    self.kept = indexed.replace(self._path if complete else self._incomplete)
                    self._part.unlink()
        finally:
            indexed.unlink(missing_ok=True)
            if self._part.exists():
                self.kept = self._part.replace(self._incomplete)

    def _open(self) -> tuple[OutputContainer, VideoStream]:
        """Create the file; fragments begin at key frames, every two seconds."""
        import av

        options = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "flush_packets": "1"}
        container = av.open(str(self._part), "w", format="mp4", options=options)
        stream = container.add_stream("libx264", rate=self._rate, options=_QUALITY)
        stream.width, stream.height, stream.pix_fmt = self._width, self._height, "yuv420p"
        codec = stream.codec_context
        codec.time_base = self._tick
        codec.gop_size = max(1, round(self._rate * _FRAGMENT_S))
        # without B frames, frames are stored in presentation order and fragments need no edit list
        codec.max_b_frames = 0
        codec.colorspace = codec.color_primaries = codec.color_trc = _BT709
        codec.color_range = _LIMITED_RANGE
        return container, stream

    def _pts(self, index: int, time_s: float | None) -> int:
        """Presentation time in ticks; it always rises."""
        time = index / self._rate if time_s is None else Fraction(max(time_s, 0.0))
        pts = round(time / self._tick)
        return pts if self._last_pts is None else max(pts, self._last_pts + 1)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        from av.error import FFmpegError

        try:
            yield
        except (OSError, FFmpegError) as error:
            self._failed = True
            raise SinkError(f"{self._path}: cannot be written ({error.strerror}); {CHOOSE_ANOTHER}") from error


def _tick(rate: Fraction) -> Fraction:
    """A time base, 1/90000 s or finer, in which frames at a constant ``rate`` have integer times."""
    scale = rate.numerator * -(-_TICKS_PER_SECOND // rate.numerator)
    return Fraction(1, scale if scale <= _LARGEST_TIMESCALE else _TICKS_PER_SECOND)


def _to_yuv(image: Image) -> VideoFrame:
    from av import VideoFrame

    frame = VideoFrame.from_ndarray(image, format="rgb24")
    return frame.reformat(format="yuv420p", dst_colorspace="ITU709")


def _frames_in(path: Path) -> int:
    """The number of complete frames in an MP4 file."""
    import av

    with av.open(str(path)) as container:
        return sum(packet.size > 0 and not packet.is_corrupt for packet in container.demux(video=0))


def _remux(source: Path, target: Path) -> None:
    """Copy the video of ``source`` into ``target``, an MP4 with its index in front; delete it on failure."""
    import av

    try:
        with av.open(str(source)) as given, av.open(str(target), "w", options={"movflags": "faststart"}) as result:
            stream = given.streams.video[0]
            copy = result.add_stream_from_template(stream)
            for packet in given.demux(stream):
                if packet.dts is not None:
                    packet.stream = copy
                    result.mux(packet)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def drop_broken_fragment(path: Path) -> bool:
    """Truncate a fragmented MP4 (ISO/IEC 14496-12) after its last complete fragment (a ``moof`` box and its ``mdat``).

    Returns:
        Whether there is a complete fragment; if not, the file does not change.
    """
    good = 0
    size = path.stat().st_size
    with path.open("rb") as file:
        for kind, end in _boxes(file, size):
            if kind == b"mdat":
                good = end
    if good:
        os.truncate(path, good)
    return good > 0


def _boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int]]:
    """Type and end of each complete top-level box."""
    start = 0
    while start + _BOX_HEADER <= size:
        file.seek(start)
        header = file.read(_LONG_BOX_HEADER)
        length, kind = int.from_bytes(header[:4]), header[4:8]
        if length == 1:
            length = int.from_bytes(header[8:16])
        if length < _BOX_HEADER or start + length > size:
            return
        start += length
        yield kind, start
