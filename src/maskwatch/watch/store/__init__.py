"""The history of events: one SQLite file, written by one watch, read by any program."""

from __future__ import annotations

from maskwatch.watch.store.reader import EventReader, Incident
from maskwatch.watch.store.store import EventStore
from maskwatch.watch.store.tables import PeopleCount

__all__ = ["EventReader", "EventStore", "Incident", "PeopleCount"]
