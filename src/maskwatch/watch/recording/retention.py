"""Deleting images and videos of incidents when they are old."""

from __future__ import annotations

import re
import time
from pathlib import Path

from maskwatch.files import explained
from maskwatch.watch.recording.background import BackgroundWriter

_OURS = re.compile(r"\d{8}-\d{6}_.+_[0-9a-f]{8}(\.incomplete|\.part)?\.(jpg|mp4)")
_EVERY_S = 3600.0
_DAY_S = 86400


class Retention:
    """Cleans one folder once an hour.

    Args:
        folder: where files of incidents are kept.
        days: age at which they go.
        writer: who deletes them.
    """

    def __init__(self, folder: Path, days: float, writer: BackgroundWriter) -> None:
        self._folder, self._days, self._errands = folder, days, writer
        self._last = float("-inf")

    def tick(self) -> None:
        """Clean when it is time."""
        if time.monotonic() - self._last >= _EVERY_S:
            self._last = time.monotonic()
            self._errands.add(self._clean, f"cleaning of {self._folder}")

    def _clean(self, _: object) -> None:
        delete_old(self._folder, self._days, time.time())


def delete_old(folder: Path, days: float, now: float) -> int:
    """Delete the files of incidents that are older than ``days``, and no others; how many those were.

    Raises:
        SinkError: when one cannot be deleted.
    """
    gone = 0
    with explained(folder):
        for path in folder.iterdir() if folder.is_dir() else ():
            if _OURS.fullmatch(path.name) and path.stat().st_mtime < now - days * _DAY_S:
                path.unlink(missing_ok=True)
                gone += 1
    return gone
