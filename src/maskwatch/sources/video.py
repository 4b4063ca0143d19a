"""Video files, read with PyAV: real timestamps, rotation applied, damaged frames known."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from maskwatch.errors import SourceError
from maskwatch.frames import Frame, Image
from maskwatch.sources.base import BaseSource
from maskwatch.sources.container import ends_early, expected_frames, nominal_rate, opened
from maskwatch.sources.orientation import Turner

if TYPE_CHECKING:
    import av
    from av.container import InputContainer
    from av.video.reformatter import VideoReformatter
    from av.video.stream import VideoStream


@dataclass
class _Tally:
    """What became of the frames of one reading."""

    good: int = 0
    damaged: int = 0
    torn: int = 0
    torn_pts: set[int] = field(default_factory=set)
    cut_off: bool = False

    @property
    def whole(self) -> bool:
        return bool(self.good) and not (self.damaged or self.torn or self.cut_off)


class VideoSource(BaseSource):
    """A video file on this computer.

    Frames that FFmpeg marks as damaged are left out and counted (for H.264 also those predicted from them). A file
    that is damaged or cut off gives its good frames, and then one failure.

    Args:
        path: the file. It is taken as a path whatever it looks like; addresses and FFmpeg's pseudo-protocols
            (``concat:``, ``http:``) are never followed, nor are files that this one refers to.

    Raises:
        SourceError: when the file cannot be opened, is no video, or has no image track.
    """

    def __init__(self, path: Path | str) -> None:
        super().__init__(str(path))
        self._path = Path(path)
        with opened(self._path) as (container, stream):
            self._rate = nominal_rate(stream)
            self._total = expected_frames(container, stream, self._rate)

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
            with opened(self._path) as (container, stream):
                if container.streams.audio:
                    self.notes.append(f"{self.name}: its sound is not read")
                yield from self._decode(container, stream, tally)
        except SourceError as error:  # it could be opened before, and no longer
            self.failures.append(error)
            return
        if not tally.whole:
            self.failures.append(SourceError(_damage(self.name, tally, self._total)))

    def _decode(self, container: InputContainer, stream: VideoStream, tally: _Tally) -> Generator[Frame]:
        from av.video.reformatter import VideoReformatter

        reformatter = VideoReformatter()
        turner = Turner()
        clock = _Clock(self._rate)
        for frame in _frames(container, stream, tally):
            index = tally.good + tally.damaged
            time_s = clock.time_of(frame)
            image = None if frame.pts in tally.torn_pts else _rgb(frame, reformatter)
            if image is None:
                tally.damaged += 1
                continue
            tally.good += 1
            yield Frame(turner.turn(image, frame), index, time_s, self.name, self._rate)
        tally.cut_off = tally.cut_off or ends_early(container, stream, clock.last_end_s)


def _damage(name: str, tally: _Tally, expected: int | None) -> str:
    held = tally.good + tally.damaged
    missing = max(0, (expected or 0) - held)
    parts = [f"{tally.good} of {held + missing} frames read"]
    if tally.damaged:
        parts.append(f"{tally.damaged} damaged left out")
    if missing:
        parts.append(f"{missing} missing")
    if tally.cut_off:
        parts.append("it ends too early")
    return f"{name}: damaged video ({', '.join(parts)}); get a whole copy"


class _Clock:
    """Presentation times from 0, never going back; a frame without one follows at the nominal rate."""

    def __init__(self, rate: Fraction | None) -> None:
        self._step = float(1 / rate) if rate else 0.0
        self._start: float | None = None
        self._last: float | None = None
        self.last_end_s = 0.0

    def time_of(self, frame: av.VideoFrame) -> float:
        expected = 0.0 if self._last is None else self._last + self._step
        time_s = expected
        if frame.time is not None:
            self._start = frame.time - expected if self._start is None else self._start
            time_s = frame.time - self._start
            length = frame.duration * frame.time_base if frame.duration and frame.time_base else self._step
            self.last_end_s = max(self.last_end_s, frame.time + float(length))
        self._last = max(time_s, self._last or 0.0)
        return self._last


def _frames(container: InputContainer, stream: VideoStream, tally: _Tally) -> Iterator[av.VideoFrame]:
    """Decoded images in the order they are shown; what cannot be decoded goes into the tally."""
    import av

    last_is_torn = False
    try:
        for packet in container.demux(stream):
            if packet.size:  # the empty one at the end only asks for what is left in the decoder
                last_is_torn = packet.is_corrupt
            if packet.is_corrupt:
                tally.torn += 1
                if packet.pts is not None:
                    tally.torn_pts.add(packet.pts)
            try:
                yield from packet.decode()
            except av.FFmpegError:
                tally.damaged += 1
    except av.FFmpegError:
        last_is_torn = True
    tally.cut_off = last_is_torn


def _rgb(frame: av.VideoFrame, reformatter: VideoReformatter) -> Image | None:
    """RGB uint8 (H, W, 3) as stored; None for a damaged image, or one of a kind that cannot be turned into RGB."""
    import av

    if frame.is_corrupt:
        return None
    try:
        return np.asarray(reformatter.reformat(frame, format="rgb24").to_ndarray(), np.uint8)
    except (av.FFmpegError, ValueError):
        return None
