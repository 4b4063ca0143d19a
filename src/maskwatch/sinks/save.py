"""Annotated copies of images and videos in one folder."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from maskwatch.detections import Detections
from maskwatch.frames import Frame
from maskwatch.sinks.base import Render
from maskwatch.sinks.draw import draw
from maskwatch.sinks.images import ImageSink
from maskwatch.sinks.video import VideoSink


class SaveSink:
    """An `ImageSink` for images and a `VideoSink` for frames with a time, on the same ``folder``."""

    def __init__(self, folder: Path | str, render: Render = draw) -> None:
        self._images = ImageSink(folder, render)
        self._videos = VideoSink(folder, render)

    @property
    def written(self) -> list[Path]:
        """Paths of the finished files, images first."""
        return [*self._images.written, *self._videos.written]

    def __enter__(self) -> Self:
        self._images.__enter__()
        self._videos.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._videos.__exit__(kind, error, trace)

    def write(self, frame: Frame, faces: Detections) -> None:
        """Save one frame; an image between two videos completes the first video."""
        if frame.time_s is None:
            self._videos.finish()
            self._images.write(frame, faces)
        else:
            self._videos.write(frame, faces)
