"""One MP4 file that stays playable whatever happens while it is written.

It grows as a fragmented MP4, whose every fragment can be played as soon as it is on the disk, and is copied, without
encoding again, into an ordinary MP4 with its index in front when it is done.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from maskwatch.errors import SinkError
from maskwatch.frames import Image
from maskwatch.sinks.fit import fit
from maskwatch.sinks.fragments import drop_broken_fragment

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import OutputContainer
    from av.video.stream import VideoStream

DEFAULT_RATE = Fraction(25)
"""Frames per second where the source knows none."""
_TICKS_PER_SECOND = 90_000
_LARGEST_TIMESCALE = 2**31 - 1
_QUALITY = {"crf": "21", "preset": "veryfast"}
_FRAGMENT_S = 2
_BT709, _LIMITED_RANGE = 1, 1


class Mp4Writer:
    """Encodes images into ``NAME.part.mp4`` and makes ``NAME.mp4`` or ``NAME.incomplete.mp4`` of it at the end.

    Args:
        path: ``NAME.mp4``; its folder exists.
        width: of the images, pixels; an odd one is padded.
        height: the same.
        rate: frames per second; None when unknown.

    Attributes:
        kept: the file that is left at the end; None until then, and when no image could be saved.

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
        """Encode one image, RGB uint8 (H, W, 3), to be shown at ``time_s`` (None: ``index`` / rate)."""
        frame = _to_yuv(fit(image, self._width, self._height))
        frame.time_base, frame.pts = self._tick, self._pts(index, time_s)
        frame.duration = round(1 / (self._rate * self._tick))
        with self._explained():
            self._container.mux(self._stream.encode(frame))
        self._last_pts = frame.pts
        self._added += 1

    def close(self, *, complete: bool) -> None:
        """Finish the file; an incomplete one, or one whose end has no room on the disk, is named so."""
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
        """Give the file its final name; whatever fails or interrupts, the images written so far stay."""
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
                    # FFmpeg does not tell when the last bytes of a file find no room
                    if complete and _images_in(indexed) < self._added:
                        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                    self.kept = indexed.replace(self._path if complete else self._incomplete)
                    self._part.unlink()
        finally:
            indexed.unlink(missing_ok=True)
            if self._part.exists():
                self.kept = self._part.replace(self._incomplete)

    def _open(self) -> tuple[OutputContainer, VideoStream]:
        """The file is made when the first image comes; fragments begin at key frames, every two seconds."""
        import av

        options = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "flush_packets": "1"}
        container = av.open(str(self._part), "w", format="mp4", options=options)
        stream = container.add_stream("libx264", rate=self._rate, options=_QUALITY)
        stream.width, stream.height, stream.pix_fmt = self._width, self._height, "yuv420p"
        codec = stream.codec_context
        codec.time_base = self._tick
        codec.gop_size = max(1, round(self._rate * _FRAGMENT_S))
        # without B frames, images are stored in the order they are shown and fragments need no edit list
        codec.max_b_frames = 0
        codec.colorspace = codec.color_primaries = codec.color_trc = _BT709
        codec.color_range = _LIMITED_RANGE
        return container, stream

    def _pts(self, index: int, time_s: float | None) -> int:
        """Presentation time in ticks, later than the one before."""
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
            raise SinkError(
                f"{self._path}: cannot be written ({error.strerror}); free space there or choose another place"
            ) from error


def _tick(rate: Fraction) -> Fraction:
    """A time base in which frames of constant ``rate`` have whole times, 1/90000 s or finer."""
    scale = rate.numerator * -(-_TICKS_PER_SECOND // rate.numerator)
    return Fraction(1, scale if scale <= _LARGEST_TIMESCALE else _TICKS_PER_SECOND)


def _to_yuv(image: Image) -> VideoFrame:
    from av import VideoFrame

    frame = VideoFrame.from_ndarray(image, format="rgb24")
    return frame.reformat(format="yuv420p", dst_colorspace="ITU709")


def _images_in(path: Path) -> int:
    """How many whole images lie in an MP4 file."""
    import av

    with av.open(str(path)) as container:
        return sum(packet.size > 0 and not packet.is_corrupt for packet in container.demux(video=0))


def _remux(source: Path, target: Path) -> None:
    """Copy the video of ``source`` into ``target``, an MP4 whose index comes first; ``target`` is whole or absent."""
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
