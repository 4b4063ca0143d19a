"""The `Sink` protocol: frames and their faces go in, files or an image on the screen come out."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from maskwatch.detections import Detections
from maskwatch.frames import Frame, Image

Render = Callable[[Image, Detections], Image]
"""Draws the image to show or save: RGB uint8 (H, W, 3) and its faces in, a new image of the same size out."""


class Sink(Protocol):
    """Takes frames one by one, inside a ``with`` block.

    Leaving the block completes the output. If an exception (an interruption, a failing source) leaves the block, the
    results so far are kept: tables end with a complete row, a video is closed as ``NAME.incomplete.mp4``, finished
    images stay. The exception itself always propagates.

    A sink may have an attribute ``notes``, a list of one-line remarks to print after the run.

    Raises:
        SinkError: on entering, when the target cannot be written to; on writing or leaving, when writing fails later
            (a full disk). The message names the file and what to do next.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    def write(self, frame: Frame, faces: Detections) -> None:
        """Take one frame and its faces; both stay unchanged."""
        ...
