"""Events as rows of a table."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from maskwatch.watch.events import Event

COLUMNS = (
    *("id", "incident", "kind", "rule", "camera", "zone", "tracker_ids", "state", "confidence", "people"),
    *("started_at", "at", "duration_s", "quiet", "reason"),
)
SELECT = ", ".join(f"events.{name}" for name in COLUMNS)
"""The columns of an event, in the order that `event` takes."""


def insert(connection: sqlite3.Connection, happened: Event) -> int | None:
    """Add an event; its number, or None when it was there already."""
    marks = ", ".join("?" * len(COLUMNS))
    cursor = connection.execute(
        f"INSERT OR IGNORE INTO events ({', '.join(COLUMNS)}) VALUES ({marks})", [_cell(happened, c) for c in COLUMNS]
    )
    return cursor.lastrowid if cursor.rowcount else None


def event(row: Iterable[Any]) -> Event:
    """The event of a row with the columns of `SELECT`."""
    values = dict(zip(COLUMNS, row, strict=True))
    return Event(**{**values, "tracker_ids": tuple(json.loads(values["tracker_ids"])), "quiet": bool(values["quiet"])})


def _cell(happened: Event, column: str) -> Any:
    value = getattr(happened, column)
    return json.dumps(value) if column == "tracker_ids" else value
