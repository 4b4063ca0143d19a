"""The history of events: one SQLite file, written by one watch, read by anybody."""

from __future__ import annotations

from maskwatch.watch.store.reader import EventReader, Incident, Share
from maskwatch.watch.store.store import EventStore

__all__ = ["EventReader", "EventStore", "Incident", "Share"]
