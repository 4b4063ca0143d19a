"""Video files, read with PyAV: real timestamps, rotation applied, damaged frames known."""

from __future__ import annotations

import re
import stat
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from maskwatch.errors import SourceError
from maskwatch.frames import Frame, Image
from maskwatch.sources.base import BaseSource
from maskwatch.sources.orientation import display_matrix, upright

if TYPE_CHECKING:
    import av
    from av.container import InputContainer
    from av.video.reformatter import VideoReformatter
    from av.video.stream import VideoStream

SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".3gp", ".3g2", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".m2v", ".ts", ".mts"}
    | {".m2ts", ".flv", ".wmv", ".asf", ".ogv", ".mxf", ".mjpeg", ".y4m"}
)

# Containers that hold their own pictures. Left out on purpose: playlists and scripts that make FFmpeg open other files
# or addresses (hls, dash, concat, sdp, image2), devices (lavfi, x11grab, v4l2), and text drawn as pictures (tty).
_FORMATS = "mov,matroska,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,mxf,m4v,h264,hevc,ivf,mjpeg,yuv4mpegpipe,mp3,wav,flac"
_HIGHEST_RATE = 1000
_EARLY_S = 0.5


@dataclass
class _Tally:
    """What became of the frames of one reading."""

    good: int = 0
    damaged: int = 0
    cut_off: bool = False
    torn_pts: set[int] = field(default_factory=set)

    @property
    def whole(self) -> bool:
        return not self.damaged and not self.cut_off


class VideoSource(BaseSource):
    """A video file on this computer.

    Frames that FFmpeg marks as damaged are left out and counted. A file that is damaged or cut off gives its good
    frames, and then one failure.

    Args:
        path: the file. It is taken as a path whatever it looks like; addresses and FFmpeg's pseudo-protocols
            (``concat:``, ``http:``) are never followed, nor are files that this one refers to.

    Raises:
        SourceError: when the file cannot be opened, is no video, or has no picture track.
    """

    def __init__(self, path: Path | str) -> None:
        super().__init__(str(path))
        self._path = Path(path)
        with _opened(self._path) as (container, stream):
            self._rate = _rate(stream)
            self._total = _expected_frames(container, stream, self._rate)

    @property
    def total(self) -> int | None:
        """The number of frames as the file declares it, or its length times its rate; None when it tells neither."""
        return self._total

    @property
    def rate(self) -> Fraction | None:
        """The average frame rate, exact (30000/1001, not 29.97)."""
        return self._rate

    def _read(self) -> Generator[Frame]:
        tally = _Tally()
        try:
            with _opened(self._path) as (container, stream):
                if container.streams.audio:
                    self.notes.append(f"{self.name}: its sound is not read")
                yield from self._decode(container, stream, tally)
        except SourceError as error:  # it could be opened before, and no longer
            self.failures.append(error)
            return
        if not tally.whole or not tally.good:
            self.failures.append(SourceError(self._damage(tally)))

    def _decode(self, container: InputContainer, stream: VideoStream, tally: _Tally) -> Generator[Frame]:
        from av.video.reformatter import VideoReformatter

        reformatter = VideoReformatter()
        clock = _Clock(self._rate)
        for index, picture in enumerate(_pictures(container, stream, tally)):
            time_s = clock.time_of(picture)
            if picture.is_corrupt or picture.pts in tally.torn_pts:
                tally.damaged += 1
                continue
            tally.good += 1
            yield Frame(_rgb(picture, reformatter), index, time_s, self.name, self._rate)
        tally.cut_off = tally.cut_off or _ends_early(container, stream, clock.last_end_s)

    def _damage(self, tally: _Tally) -> str:
        found = f"{tally.good} good frames read" if tally.good else "no frame of it can be read"
        parts = [found]
        if tally.damaged:
            parts.append(f"{tally.damaged} damaged ones left out")
        if tally.cut_off:
            parts.append("it ends too early")
        return f"{self.name}: damaged video ({', '.join(parts)}); get a whole copy"


class _Clock:
    """Presentation times from 0, never going back; a frame without one follows at the nominal rate."""

    def __init__(self, rate: Fraction | None) -> None:
        self._step = float(1 / rate) if rate else 0.0
        self._start: float | None = None
        self._last: float | None = None
        self.last_end_s = 0.0

    def time_of(self, picture: av.VideoFrame) -> float:
        raw = picture.time
        if raw is None:
            time_s = 0.0 if self._last is None else self._last + self._step
        else:
            self._start = raw if self._start is None else self._start
            time_s = raw - self._start
            length = (
                float(picture.duration * picture.time_base) if picture.duration and picture.time_base else self._step
            )
            self.last_end_s = max(self.last_end_s, raw + length)
        self._last = time_s if self._last is None else max(time_s, self._last)
        return self._last


@contextmanager
def _opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The container and its picture track; both are closed at the end."""
    import av

    _check_file(path)
    limits = {"protocol_whitelist": "file", "format_whitelist": _FORMATS}
    try:
        container = av.open(f"file:{path}", container_options=limits)
    except (av.FFmpegError, UnicodeError) as error:
        raise SourceError(
            f"{path}: not a picture, nor a video that can be read (unknown format, or damaged at its start); "
            "get a whole copy or convert it to MP4"
        ) from error
    with container:
        streams = [s for s in container.streams.video if not s.disposition & s.disposition.attached_pic]
        if not streams:
            raise SourceError(f"{path}: has no video in it, only sound or data; choose another file")
        stream = streams[0]
        if stream.codec_context is None:
            raise SourceError(f"{path}: its video codec is not known; convert it to H.264 in MP4")
        stream.thread_type = "AUTO"
        yield container, stream


def _check_file(path: Path) -> None:
    try:
        status = path.stat()
        with path.open("rb"):
            pass
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"{path}: cannot be opened ({reason}); check the path") from error
    if not stat.S_ISREG(status.st_mode):
        raise SourceError(f"{path}: not an ordinary file; give a picture, a video, a folder or a camera number")
    if status.st_size == 0:
        raise SourceError(f"{path}: empty file (0 bytes); get a whole copy")


def _pictures(container: InputContainer, stream: VideoStream, tally: _Tally) -> Iterator[av.VideoFrame]:
    """Decoded pictures in the order they are shown; what cannot be decoded goes into the tally."""
    import av

    try:
        for packet in container.demux(stream):
            if packet.is_corrupt:
                tally.cut_off = True
                if packet.pts is not None:
                    tally.torn_pts.add(packet.pts)
            try:
                yield from packet.decode()
            except av.FFmpegError:
                tally.damaged += 1
    except av.FFmpegError:
        tally.cut_off = True


def _rgb(picture: av.VideoFrame, reformatter: VideoReformatter) -> Image:
    converted = reformatter.reformat(picture, format="rgb24").to_ndarray()
    return upright(np.asarray(converted, np.uint8), display_matrix(picture))


def _rate(stream: VideoStream) -> Fraction | None:
    for rate in (stream.average_rate, stream.guessed_rate, stream.base_rate):
        if rate and 0 < rate <= _HIGHEST_RATE:
            return Fraction(rate)
    return None


def _expected_frames(container: InputContainer, stream: VideoStream, rate: Fraction | None) -> int | None:
    if stream.frames:
        return stream.frames
    if stream.duration and stream.time_base:
        length_s = float(stream.duration * stream.time_base)
    else:
        length_s = (container.duration or 0) / 1_000_000
    return round(length_s * rate) or None if rate and length_s > 0 else None


def _ends_early(container: InputContainer, stream: VideoStream, last_end_s: float) -> bool:
    """Whether the file declares more pictures than it holds (a cut inside a picture is seen by FFmpeg itself)."""
    entries = stream.index_entries
    if container.format.name.startswith("mov") and len(entries):
        last = entries[-1]
        return last.pos + last.size > Path(container.name.removeprefix("file:")).stat().st_size
    if container.format.name.startswith("matroska"):
        declared_s = _tagged_duration_s(stream)
        return declared_s is not None and last_end_s < declared_s - _EARLY_S
    return False


def _tagged_duration_s(stream: VideoStream) -> float | None:
    """The length of this track as Matroska writers note it: ``00:01:02.500000000``."""
    found = re.fullmatch(r"(\d+):(\d+):(\d+(?:\.\d+)?)", stream.metadata.get("DURATION", "").strip("\0 "))
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]) if found else None
