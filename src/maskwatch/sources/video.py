"""Video files, read with PyAV: real timestamps, rotation applied, damaged frames skipped and counted."""

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
from maskwatch.sources.decoder import FrameRotator

if TYPE_CHECKING:
    import av
    from av.container import InputContainer
    from av.video.reformatter import VideoReformatter
    from av.video.stream import VideoStream


@dataclass
class _Counts:
    """Counts of good and damaged frames in one reading."""

    good: int = 0
    damaged: int = 0
    corrupt_packets: int = 0
    corrupt_pts: set[int] = field(default_factory=set)
    truncated: bool = False

    @property
    def complete(self) -> bool:
        return bool(self.good) and not (self.damaged or self.corrupt_packets or self.truncated)


class VideoSource(BaseSource):
    """A video file on this computer.

    Frames that FFmpeg marks as damaged are skipped and counted (in H.264 also frames predicted from them). A damaged
    or truncated file gives its good frames, then one failure.

    Args:
        path: the file; always a path. Addresses and FFmpeg's pseudo-protocols (``concat:``, ``http:``) are never
            followed, nor are references to other files.

    Raises:
        SourceError: when the file cannot be opened, is no video, or has no video track.
    """

    def __init__(self, path: Path | str) -> None:
        super().__init__(str(path))
        self._path = Path(path)
        with opened(self._path) as (container, stream):
            self._rate = nominal_rate(stream)
            self._total = expected_frames(container, stream, self._rate)

    @property
    def total(self) -> int | None:
        """The number of frames declared by the file, else its duration times its rate; None when both are unknown."""
        return self._total

    @property
    def rate(self) -> Fraction | None:
        """The average frame rate, exact (30000/1001, not 29.97)."""
        return self._rate

    def _read(self) -> Generator[Frame]:
        counts = _Counts()
        try:
            with opened(self._path) as (container, stream):
                if container.streams.audio:
                    self.notes.append(f"{self.name}: its sound is ignored")
                yield from self._decode(container, stream, counts)
        except SourceError as error:  # it was readable when it was opened
            self.failures.append(error)
            return
        if not counts.complete:
            self.failures.append(SourceError(_damage(self.name, counts, self._total)))

    def _decode(self, container: InputContainer, stream: VideoStream, counts: _Counts) -> Generator[Frame]:
        from av.video.reformatter import VideoReformatter

        reformatter = VideoReformatter()
        rotator = FrameRotator()
        clock = _Clock(self._rate)
        for frame in _frames(container, stream, counts):
            index = counts.good + counts.damaged
            time_s = clock.time_of(frame)
            image = None if frame.pts in counts.corrupt_pts else _rgb(frame, reformatter)
            if image is None:
                counts.damaged += 1
                continue
            counts.good += 1
            yield Frame(rotator.rotate(image, frame), index, time_s, self.name, self._rate)
        counts.truncated = counts.truncated or ends_early(container, stream, clock.last_end_s)


def _damage(name: str, counts: _Counts, expected: int | None) -> str:
    held = counts.good + counts.damaged
    missing = max(0, (expected or 0) - held)
    parts = [f"{counts.good} of {held + missing} frames read"]
    if counts.damaged:
        parts.append(f"{counts.damaged} damaged left out")
    if missing:
        parts.append(f"{missing} missing")
    if counts.truncated:
        parts.append("truncated")
    return f"{name}: damaged video ({', '.join(parts)}); copy or download it again"


class _Clock:
    """Monotonic presentation times from 0; a frame without one follows at the nominal rate."""

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


def _frames(container: InputContainer, stream: VideoStream, counts: _Counts) -> Iterator[av.VideoFrame]:
    """Decoded frames in presentation order; undecodable packets are counted."""
    import av

    last_is_corrupt = False
    try:
        for packet in container.demux(stream):
            if packet.size:  # the empty packet at the end only flushes the decoder
                last_is_corrupt = packet.is_corrupt
            if packet.is_corrupt:
                counts.corrupt_packets += 1
                if packet.pts is not None:
                    counts.corrupt_pts.add(packet.pts)
            try:
                yield from packet.decode()
            except av.FFmpegError:
                counts.damaged += 1
    except av.FFmpegError:
        last_is_corrupt = True
    counts.truncated = last_is_corrupt


def _rgb(frame: av.VideoFrame, reformatter: VideoReformatter) -> Image | None:
    """RGB uint8 (H, W, 3) as stored; None for a damaged frame, or a pixel format that cannot be converted to RGB."""
    import av

    if frame.is_corrupt:
        return None
    try:
        return np.asarray(reformatter.reformat(frame, format="rgb24").to_ndarray(), np.uint8)
    except (av.FFmpegError, ValueError):
        return None
