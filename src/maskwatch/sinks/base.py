"""What every sink promises: frames and their faces go in, files or an image on the screen come out."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from maskwatch.detections import Detections
from maskwatch.frames import Frame, Image

Render = Callable[[Image, Detections], Image]
"""Makes the image that is shown or saved: RGB uint8 (H, W, 3) and its faces in, a new image of that size out."""


class Sink(Protocol):
    """Takes frames one by one, inside a ``with`` block.

    Leaving the block finishes what was begun. When the block is left by an exception (an interruption, a source
    that broke off), what was written until then is kept: tables are finished with the rows they have, a video is
    closed and kept as ``NAME.incomplete.mp4``, finished images stay. The exception itself always goes on.

    Raises:
        SinkError: on entering, when the place to write to cannot be used; on writing or leaving, when it fails later
            (a full disk). The text names the file and what to do next.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    def write(self, frame: Frame, faces: Detections) -> None:
        """Take one frame and the faces found in it; neither is changed."""
        ...
