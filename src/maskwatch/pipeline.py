"""The loop that MaskWatch is: a source gives frames, a detector finds the faces, sinks take both."""

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
    """Anything that finds faces in an image, RGB uint8 (H, W, 3)."""

    def __call__(self, image: Image, /) -> Detections:
        """The faces of one image."""


@dataclass
class Summary:
    """What a run has seen so far.

    Attributes:
        frames: images and video frames.
        faces: found in them, in all.
        states: the same by `REPORTED_STATES`; a face in ten frames of a video counts ten times.
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
    """Each frame of a source with its faces.

    Args:
        detector: finds the faces.
        source: an open `Source`, whose ``failures`` the caller looks at; or what `open_source` takes.

    Raises:
        SourceError: when a source that was opened here failed, in whole (at once) or in part (at the end).
    """
    # isinstance(source, Source) would ask a folder for its total, and so open every video in it
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
    """Carry every frame of a source through the detector into all sinks.

    Args:
        detector: finds the faces.
        source: is read to its end; what failed in it is then in ``source.failures``.
        sinks: take every frame in turn; entered here, and finished however the run ends.
        tracker: makes people of the faces; a `maskwatch.track.Tracker`, or None to leave frames apart.
        on_frame: is called after each frame.
        stop: ends the run early, in good order, when it says so.

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
