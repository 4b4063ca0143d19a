"""Annotated videos: H.264 in MP4, as browsers play them, with the times of the original."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from maskwatch.detections import Detections
from maskwatch.errors import SinkError
from maskwatch.frames import Frame
from maskwatch.sinks.base import Render
from maskwatch.sinks.draw import draw
from maskwatch.sinks.images import check_folder
from maskwatch.sinks.mp4 import Mp4Writer
from maskwatch.sinks.naming import FreeNames, stem_of


class VideoSink:
    """Writes the frames of each source, drawn, as one MP4 video without sound.

    H.264, yuv420p, ready to be streamed (the index comes first). Frames keep their presentation times, also at a
    variable rate; the frame rate stays a fraction. Odd sizes are padded to even ones; when the size changes on the
    way, later frames are fitted into the first size. Nothing of the original's metadata (place, device) goes along.

    A file is ``NAME.part.mp4`` until it is finished and then ``NAME.mp4``. When the block is left by an exception, or
    the disk is full, it is closed and kept, playable, as ``NAME.incomplete.mp4``. A name that is taken gets a number.

    Args:
        target: a folder, or the path of the file, ending in ``.mp4``.
        render: makes the image that is written.

    Attributes:
        written: paths of the finished videos, incomplete ones among them.
    """

    def __init__(self, target: Path | str, render: Render = draw) -> None:
        target = Path(target)
        self._stem = target.stem if target.suffix.lower() == ".mp4" and not target.is_dir() else None
        self._folder = target if self._stem is None else target.parent
        self._render = render
        self._names = FreeNames(self._folder)
        self._source: str | None = None
        self._writer: Mp4Writer | None = None
        self.written: list[Path] = []

    def __enter__(self) -> Self:
        check_folder(self._folder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish(complete=error is None)

    def write(self, frame: Frame, faces: Detections) -> None:
        """Add one frame; a frame of another source begins another file."""
        if frame.source != self._source:
            self.finish()
        image = self._render(frame.image, faces)
        if self._writer is None:
            stem = stem_of(frame.source) if self._stem is None else self._stem
            path = self._names.take(stem, ".mp4", ".part.mp4", ".incomplete.mp4")
            self._writer = Mp4Writer(path, frame.width, frame.height, frame.rate)
            self._source = frame.source
        try:
            self._writer.add(image, frame.index, frame.time_s)
        except SinkError as error:
            kept = self._close(complete=False)
            raise _naming(error, kept) from error

    def finish(self, *, complete: bool = True) -> None:
        """Close the file that is being written, if there is one."""
        if self._writer is not None:
            self._close(complete=complete)

    def _close(self, *, complete: bool) -> Path | None:
        writer, self._writer, self._source = self._writer, None, None
        if writer is None:
            return None
        try:
            writer.close(complete=complete)
        except SinkError as error:
            raise _naming(error, writer.kept) from error
        finally:
            if writer.kept is not None:
                self.written.append(writer.kept)
        return writer.kept


def _naming(error: SinkError, kept: Path | None) -> SinkError:
    """The same error with the name of what is left."""
    return error if kept is None else SinkError(f"{error}; the video so far is kept as {kept.name}")
