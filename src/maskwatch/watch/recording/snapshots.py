"""Snapshots: one image per incident, in which only the people involved are recognisable."""

from __future__ import annotations

from collections import deque
from functools import partial
from pathlib import Path

from maskwatch.detections import Detections
from maskwatch.files import check_writable
from maskwatch.frames import Image
from maskwatch.sinks.images import save_image
from maskwatch.watch.listeners import FrameResult, Listener
from maskwatch.watch.recording.anonymise import show_only
from maskwatch.watch.recording.background_writer import BackgroundWriter
from maskwatch.watch.recording.incident_files import Retention, file_stem

_MAX_REMEMBERED = 256


class Snapshots(Listener):
    """Saves the frame with which an incident is announced as a JPEG.

    Args:
        folder: where to save; created when missing.
        retention_days: age at which files are deleted.
        writer: writes the files.

    Raises:
        SinkError: when ``folder`` cannot be written to.
    """

    def __init__(self, folder: Path, retention_days: float, writer: BackgroundWriter) -> None:
        check_writable(folder)
        self._folder = folder
        self._writer = writer
        self._retention = Retention(folder, retention_days, writer)
        self._saved: deque[str] = deque(maxlen=_MAX_REMEMBERED)

    def on_frame(self, result: FrameResult) -> None:
        """Save an image of each new incident."""
        for event in result.events:
            if event.announced and event.incident not in self._saved:
                self._saved.append(event.incident)
                path = self._folder / f"{file_stem(event)}.jpg"
                image = result.captured.frame.image
                self._writer.add(partial(_write, path, image, result.people, event.tracker_ids), str(path))

    def tick(self) -> None:
        """Delete old files, once an hour."""
        self._retention.tick()


def _write(path: Path, image: Image, people: Detections, shown: tuple[int, ...], _: object) -> None:
    save_image(show_only(image, people, shown), path)
