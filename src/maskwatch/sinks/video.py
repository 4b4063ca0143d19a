"""Annotated videos: H.264 in MP4, which browsers play, with the timestamps of the original."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from maskwatch.detections import Detections
from maskwatch.errors import SinkError
from maskwatch.files import UniqueNames, check_writable, safe_stem
from maskwatch.frames import Frame
from maskwatch.sinks.base import Render
from maskwatch.sinks.draw import draw
from maskwatch.sinks.mp4 import Mp4Writer


class VideoSink:
    """Writes the annotated frames of each source as one MP4 video without sound.

    H.264, yuv420p, with the index in front for streaming. Frames keep their presentation times, also at a variable
    rate; the frame rate stays an exact fraction. Odd sizes are padded to even ones; if the size changes in mid-stream,
    later frames are fitted into the first size. No metadata of the original (place, device) is copied.

    A file is named ``NAME.part.mp4`` during writing, then ``NAME.mp4``. If the block is left by an exception, or the
    disk is full, the video stays playable as ``NAME.incomplete.mp4``. If a name is taken, a number is added.

    Args:
        target: a folder, or the path of a file with the suffix ``.mp4``.
        render: draws the annotated image.

    Attributes:
        written: paths of the finished videos, including incomplete ones.
    """

    def __init__(self, target: Path | str, render: Render = draw) -> None:
        target = Path(target)
        self._stem = target.stem if target.suffix.lower() == ".mp4" and not target.is_dir() else None
        self._folder = target if self._stem is None else target.parent
        self._render = render
        self._names = UniqueNames(self._folder)
        self._source: str | None = None
        self._writer: Mp4Writer | None = None
        self.written: list[Path] = []

    def __enter__(self) -> Self:
        check_writable(self._folder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish(complete=error is None)

    def write(self, frame: Frame, faces: Detections) -> None:
        """Add one frame; a frame of another source starts a new file."""
        if frame.source != self._source:
            self.finish()
        image = self._render(frame.image, faces)
        if self._writer is None:
            stem = safe_stem(frame.source) if self._stem is None else self._stem
            path = self._names.take(stem, ".mp4", ".part.mp4", ".incomplete.mp4")
            self._writer = Mp4Writer(path, frame.width, frame.height, frame.rate)
            self._source = frame.source
        try:
            self._writer.add(image, frame.index, frame.time_s)
        except SinkError as error:
            kept = self._close(complete=False)
            raise _with_name(error, kept) from error

    def finish(self, *, complete: bool = True) -> None:
        """Close the current file, if there is one."""
        if self._writer is not None:
            self._close(complete=complete)

    def _close(self, *, complete: bool) -> Path | None:
        writer, self._writer, self._source = self._writer, None, None
        if writer is None:
            return None
        try:
            writer.close(complete=complete)
        except SinkError as error:
            raise _with_name(error, writer.kept) from error
        finally:
            if writer.kept is not None:
                self.written.append(writer.kept)
        return writer.kept


def _with_name(error: SinkError, kept: Path | None) -> SinkError:
    """The error, with the name of the file that was kept."""
    return error if kept is None else SinkError(f"{error}; the video so far is kept as {kept.name}")
