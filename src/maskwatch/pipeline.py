"""The main loop: a source gives frames, a detector detects faces in them, sinks take both.

It knows a detector only as a `DetectorLike`, so it lies below `maskwatch.detect`: `Detector.stream` uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from os import PathLike
from typing import Any, Protocol

from maskwatch.detections import REPORTED_STATES, Detections
from maskwatch.errors import SourceError
from maskwatch.frames import Frame, Image
from maskwatch.sinks.base import Sink
from maskwatch.sources import open_source
from maskwatch.sources.base import Source


class DetectorLike(Protocol):
    """Anything that detects faces in an image, RGB uint8 (H, W, 3)."""

    def __call__(self, image: Image, /) -> Detections:
        """The faces of one image."""


@dataclass
class Summary:
    """The counts of a run so far.

    Attributes:
        frames: number of images and video frames.
        faces: number of faces in them.
        states: number of faces by `REPORTED_STATES`; a face in ten frames of a video counts ten times.
    """

    frames: int = 0
    faces: int = 0
    states: dict[str, int] = field(default_factory=lambda: dict.fromkeys(REPORTED_STATES, 0))

    def add(self, faces: Detections) -> None:
        """Count one more frame."""
        self.frames += 1
        self.faces += len(faces)
        for name, count in faces.counts().items():
            self.states[name] += count


def stream(detector: DetectorLike, source: Source | Any) -> Iterator[tuple[Frame, Detections]]:
    """Yield each frame of a source with its faces.

    Args:
        detector: detects the faces.
        source: an open `Source`, whose ``failures`` the caller checks, or anything that `open_source` takes.

    Raises:
        SourceError: when a source that was opened here fails: at once, or at the end if only some inputs failed.
    """
    # isinstance(source, Source) would read `total`, and so open every video of a folder
    if not isinstance(source, str | int | PathLike | Sequence):
        for frame in source:
            yield frame, detector(frame.image)
        return
    with open_source(source) as opened:
        yield from stream(detector, opened)
    if opened.failures:
        raise SourceError("; ".join(str(failure) for failure in opened.failures))


def run(
    detector: DetectorLike,
    source: Source,
    sinks: Sequence[Sink],
    *,
    tracker: Callable[[Frame, Detections], Detections] | None = None,
    on_frame: Callable[[Frame, Detections, Summary], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Summary:
    """Run a detector on every frame of a source, and pass the faces to all sinks.

    Args:
        detector: detects the faces.
        source: read to its end; failed inputs are then in ``source.failures``.
        sinks: each takes every frame. They are entered here, and left however the run ends.
        tracker: links faces to people, such as `maskwatch.track.Tracker`; None processes frames independently.
        on_frame: callback(frame, faces, counts so far) after each frame.
        stop: checked after each frame; True ends the run early.

    Raises:
        SinkError: when a result cannot be written.
    """
    summary = Summary()
    with ExitStack() as stack:
        for sink in sinks:
            stack.enter_context(sink)
        for frame, found in stream(detector, source):
            faces = found if tracker is None else tracker(frame, found)
            summary.add(faces)
            for sink in sinks:
                sink.write(frame, faces)
            if on_frame is not None:
                on_frame(frame, faces, summary)
            if stop():
                break
    return summary
