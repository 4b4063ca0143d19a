"""Files of incidents: how they are named, and when they are deleted."""

from __future__ import annotations

import re
import time
from pathlib import Path

from maskwatch.files import explained
from maskwatch.watch.events import Event
from maskwatch.watch.recording.background_writer import BackgroundWriter

_NAME = re.compile(r"\.?\d{8}-\d{6}_.+_[0-9a-f]{8}(\.incomplete|\.part)?\.(jpg|mp4)")
_CLEAN_EVERY_S = 3600.0
_DAY_S = 86400


def file_stem(event: Event) -> str:
    """File name of an incident without suffix: local time, camera, rule, first digits of the incident's ID."""
    local = time.strftime("%Y%m%d-%H%M%S", time.localtime(event.at))
    return f"{local}_{event.camera}_{event.rule}_{event.incident[:8]}"


class Retention:
    """Deletes old files of incidents from one folder, once an hour.

    Args:
        folder: with the files.
        days: age at which they are deleted.
        writer: runs the deletion.
    """

    def __init__(self, folder: Path, days: float, writer: BackgroundWriter) -> None:
        self._folder, self._days, self._writer = folder, days, writer
        self._cleaned_at = float("-inf")

    def tick(self) -> None:
        """Delete old files when it is time."""
        if time.monotonic() - self._cleaned_at >= _CLEAN_EVERY_S:
            self._cleaned_at = time.monotonic()
            self._writer.add(self._clean, f"deleting old files in {self._folder}")

    def _clean(self, _: object) -> None:
        delete_old(self._folder, self._days, time.time())


def delete_old(folder: Path, days: float, now: float) -> int:
    """Delete the files of incidents that are older than ``days``, and no others; returns their number.

    Raises:
        SinkError: when a file cannot be deleted.
    """
    deleted = 0
    with explained(folder):
        for path in folder.iterdir() if folder.is_dir() else ():
            if _NAME.fullmatch(path.name) and path.stat().st_mtime < now - days * _DAY_S:
                path.unlink(missing_ok=True)
                deleted += 1
    return deleted
