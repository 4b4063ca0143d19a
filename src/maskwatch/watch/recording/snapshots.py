"""An image of each incident, in which only those who take part can be recognised."""

from __future__ import annotations

from collections import deque
from functools import partial
from pathlib import Path

from maskwatch.detections import Detections
from maskwatch.frames import Image
from maskwatch.sinks.images import check_folder, save_image
from maskwatch.watch.events import Event
from maskwatch.watch.listeners import Listener, Verdict
from maskwatch.watch.recording.background import BackgroundWriter
from maskwatch.watch.recording.incident_image import file_stem, show_only
from maskwatch.watch.recording.retention import Retention

_REMEMBERED = 256


def announced(event: Event) -> bool:
    """Whether people are told of this event while its incident lasts."""
    return event.kind in ("new", "update") and not event.quiet


class Snapshots(Listener):
    """A listener that keeps a JPEG of the frame with which an incident is announced.

    Args:
        folder: where they are kept; made when missing.
        retention_days: older ones are deleted.
        writer: who writes them.

    Raises:
        SinkError: when nothing can be written into ``folder``.
    """

    def __init__(self, folder: Path, retention_days: float, writer: BackgroundWriter) -> None:
        check_folder(folder)
        self._folder = folder
        self._errands = writer
        self._retention = Retention(folder, retention_days, writer)
        self._known: deque[str] = deque(maxlen=_REMEMBERED)

    def on_frame(self, verdict: Verdict) -> None:
        """Keep an image for each incident that is new."""
        for event in verdict.events:
            if announced(event) and event.incident not in self._known:
                self._known.append(event.incident)
                path = self._folder / f"{file_stem(event)}.jpg"
                image = verdict.captured.frame.image
                self._errands.add(partial(_write, path, image, verdict.people, event.tracker_ids), str(path))

    def tick(self) -> None:
        """Delete what is too old, now and then."""
        self._retention.tick()


def _write(path: Path, image: Image, people: Detections, shown: tuple[int, ...], _: object) -> None:
    save_image(show_only(image, people, shown), path)
