"""The tables of the history, and events and counts as rows of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from maskwatch.detections import REPORTED_STATES
from maskwatch.watch.events import Event

SCHEMA = """
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    incident TEXT NOT NULL,
    kind TEXT NOT NULL,
    rule TEXT NOT NULL,
    camera TEXT NOT NULL,
    zone TEXT,
    tracker_ids TEXT NOT NULL,
    state TEXT NOT NULL,
    confidence REAL NOT NULL,
    people INTEGER NOT NULL,
    started_at REAL NOT NULL,
    at REAL NOT NULL,
    duration_s REAL NOT NULL,
    quiet INTEGER NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX events_by_time ON events (at);
CREATE INDEX events_by_incident ON events (incident);
CREATE TABLE outbox (
    sender TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (sender, seq)
) WITHOUT ROWID;
"""
COUNTS_SCHEMA = """
CREATE TABLE counts (
    start REAL NOT NULL,
    camera TEXT NOT NULL,
    zone TEXT NOT NULL,
    state TEXT NOT NULL,
    run TEXT NOT NULL,
    length_s REAL NOT NULL,
    people INTEGER NOT NULL,
    PRIMARY KEY (start, camera, zone, state, run)
) WITHOUT ROWID;
"""
"""One row per interval, place, state and run. Zeros are stored too: they show that the camera was watched."""

EVENT_COLUMNS = (
    *("id", "incident", "kind", "rule", "camera", "zone", "tracker_ids", "state", "confidence", "people"),
    *("started_at", "at", "duration_s", "quiet", "reason"),
)
SELECT_EVENT = ", ".join(f"events.{name}" for name in EVENT_COLUMNS)
"""The columns of an event, in the order that `event_of` expects."""


@dataclass(frozen=True)
class PeopleCount:
    """Number of different people in one interval at one place.

    Attributes:
        camera: name of the camera.
        zone: name of the zone, or None for the whole frame.
        start: start of the interval, Unix time in seconds.
        length_s: length of the interval.
        counts: people by the name of their state: the state they were in for most of the time.
    """

    camera: str
    zone: str | None
    start: float
    length_s: float
    counts: dict[str, int]


def insert_event(connection: sqlite3.Connection, event: Event) -> int | None:
    """Insert an event; returns its number, or None when it is there already."""
    marks = ", ".join("?" * len(EVENT_COLUMNS))
    cursor = connection.execute(
        f"INSERT OR IGNORE INTO events ({', '.join(EVENT_COLUMNS)}) VALUES ({marks})",
        [_cell(event, column) for column in EVENT_COLUMNS],
    )
    return cursor.lastrowid if cursor.rowcount else None


def event_of(row: Iterable[Any]) -> Event:
    """The event of a row with the columns of `SELECT_EVENT`."""
    values = dict(zip(EVENT_COLUMNS, row, strict=True))
    return Event(**{**values, "tracker_ids": tuple(json.loads(values["tracker_ids"])), "quiet": bool(values["quiet"])})


def insert_count(connection: sqlite3.Connection, count: PeopleCount, run: str) -> None:
    """Insert a count, or replace that of the same run, place and interval."""
    connection.executemany(
        "INSERT OR REPLACE INTO counts VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (count.start, count.camera, count.zone or "", state, run, count.length_s, people)
            for state, people in count.counts.items()
        ],
    )


def select_counts(connection: sqlite3.Connection, since: float, until: float) -> Iterator[PeopleCount]:
    """The counts of intervals that started in that time, in order; runs within one interval are added up."""
    found = {state for (state,) in connection.execute("SELECT DISTINCT state FROM counts")}
    states = [*REPORTED_STATES, *sorted(found - {*REPORTED_STATES})]
    # one column per state: three times faster than grouping the rows in Python
    columns = ", ".join("coalesce(sum(people) FILTER (WHERE state = ?), 0)" for _ in states)
    rows = connection.execute(
        f"SELECT camera, zone, start, max(length_s), {columns} FROM counts WHERE start >= ? AND start < ? "
        "GROUP BY start, camera, zone ORDER BY start, camera, zone",
        (*states, since, until),
    )
    for camera, zone, start, length_s, *people in rows:
        yield PeopleCount(camera, zone or None, start, length_s, dict(zip(states, people, strict=True)))


def _cell(event: Event, column: str) -> Any:
    value = getattr(event, column)
    return json.dumps(value) if column == "tracker_ids" else value
