"""Reads the history for reports, while a watch writes it or afterwards."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from maskwatch.watch.events import Event
from maskwatch.watch.store.database import open_for_reading
from maskwatch.watch.store.tables import SELECT_EVENT, PeopleCount, event_of, select_counts


@dataclass(frozen=True)
class Incident:
    """An incident, summed up from its events.

    Attributes:
        id: ID of the incident.
        rule: name of the violated rule.
        camera: name of the camera.
        zone: name of the rule's zone, or None for the whole frame.
        state: mask state in the last event.
        confidence: the highest.
        people: largest number of people at one moment.
        started_at: Unix time in seconds.
        duration_s: in the last event.
        ended: whether it is over.
        quiet: whether it was never sent, because of the cool-down.
    """

    id: str
    rule: str
    camera: str
    zone: str | None
    state: str
    confidence: float
    people: int
    started_at: float
    duration_s: float
    ended: bool
    quiet: bool


class EventReader:
    """The history in a file, read-only; a context manager. Times are Unix times in seconds, ``until`` is exclusive.

    Args:
        path: file that an `EventStore` writes or has written.

    Raises:
        UsageError: when there is no such file, or it is a file of something else.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._connection = open_for_reading(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def events(self, since: float = -math.inf, until: float = math.inf) -> Iterator[Event]:
        """All events, in the order in which they were committed."""
        rows = self._connection.execute(
            f"SELECT {SELECT_EVENT} FROM events WHERE at >= ? AND at < ? ORDER BY seq", (since, until)
        )
        return map(event_of, rows)

    def incidents(self, since: float = -math.inf, until: float = math.inf) -> list[Incident]:
        """The incidents that started in that time, in the order of their start."""
        rows = self._connection.execute(
            "SELECT last.incident, last.rule, last.camera, last.zone, last.state, all_.confidence, all_.people, "
            "all_.started_at, last.duration_s, all_.ended, all_.quiet FROM (SELECT max(seq) AS seq, "
            "max(confidence) AS confidence, max(people) AS people, min(started_at) AS started_at, "
            "max(kind = 'end') AS ended, min(quiet) AS quiet FROM events WHERE kind != 'camera' GROUP BY incident) "
            "AS all_ JOIN events AS last USING (seq) WHERE all_.started_at >= ? AND all_.started_at < ? "
            "ORDER BY all_.started_at, seq",
            (since, until),
        )
        return [_incident(row) for row in rows]

    def counts(self, since: float = -math.inf, until: float = math.inf) -> list[PeopleCount]:
        """The counts of intervals that started in that time; runs within one interval are added up."""
        return list(select_counts(self._connection, since, until))

    def span(self) -> tuple[float, float] | None:
        """First and last moment in the history; None when it is empty."""
        first, last = self._connection.execute(
            "SELECT min(first), max(last) FROM (SELECT min(at) AS first, max(at) AS last FROM events "
            "UNION ALL SELECT min(start), max(start + length_s) FROM counts)"
        ).fetchone()
        return None if first is None else (float(first), float(last))


def _incident(row: tuple[Any, ...]) -> Incident:
    values = [*row[:-2], bool(row[-2]), bool(row[-1])]
    return Incident(*values)
