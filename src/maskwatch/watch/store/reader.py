"""Reading the history, while a watch writes it or afterwards: for reports."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from maskwatch.watch.events import Event
from maskwatch.watch.store import rows
from maskwatch.watch.store.database import open_for_reading


@dataclass(frozen=True)
class Incident:
    """All events of one incident in one.

    Attributes:
        incident: its id.
        rule: that was broken.
        camera: name of the camera.
        zone: name of the zone, or None for the whole image.
        state: of the mask, as last said.
        confidence: the highest.
        people: the most at one moment.
        started_at: Unix time in seconds.
        duration_s: as last said.
        ended: whether it is over.
        quiet: whether it was never sent, because of the cool-down.
    """

    incident: str
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


@dataclass(frozen=True)
class Share:
    """How many different people were seen in one interval.

    Attributes:
        camera: name of the camera.
        zone: name of the zone, or None for the whole image.
        start: beginning of the interval, Unix time in seconds.
        length_s: of the interval.
        with_mask: people by their state, as of most of the time for which each was seen.
        worn_incorrectly: the same.
        without_mask: the same.
    """

    camera: str
    zone: str | None
    start: float
    length_s: float
    with_mask: int
    worn_incorrectly: int
    without_mask: int

    @property
    def people(self) -> int:
        """All of them."""
        return self.with_mask + self.worn_incorrectly + self.without_mask

    @property
    def masked(self) -> float | None:
        """The share of people who wore their mask as it should be, 0..1; None when nobody was there."""
        return self.with_mask / self.people if self.people else None


class EventReader:
    """The history in a file, read only; a context manager. All times are Unix times in seconds, ``until`` excluded.

    Args:
        path: of the file that an `EventStore` writes or has written.

    Raises:
        UsageError: when there is none, or it is a file of something else.
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
        found = self._connection.execute(
            f"SELECT {rows.SELECT} FROM events WHERE at >= ? AND at < ? ORDER BY seq", (since, until)
        )
        return map(rows.event, found)

    def incidents(self, since: float = -math.inf, until: float = math.inf) -> list[Incident]:
        """The incidents that began in that time, in the order of their beginning."""
        found = self._connection.execute(
            "SELECT last.incident, last.rule, last.camera, last.zone, last.state, all_.confidence, all_.people, "
            "all_.started_at, last.duration_s, all_.ended, all_.quiet FROM (SELECT max(seq) AS seq, "
            "max(confidence) AS confidence, max(people) AS people, min(started_at) AS started_at, "
            "max(kind = 'end') AS ended, min(quiet) AS quiet FROM events WHERE kind != 'camera' GROUP BY incident) "
            "AS all_ JOIN events AS last USING (seq) WHERE all_.started_at >= ? AND all_.started_at < ? "
            "ORDER BY all_.started_at, seq",
            (since, until),
        )
        return [_incident(row) for row in found]

    def counts(self, since: float = -math.inf, until: float = math.inf) -> list[Share]:
        """The intervals that began in that time; runs within the same interval are added up."""
        found = self._connection.execute(
            "SELECT camera, zone, start, max(length_s), sum(with_mask), sum(worn_incorrectly), sum(without_mask) "
            "FROM shares WHERE start >= ? AND start < ? GROUP BY camera, zone, start ORDER BY start, camera, zone",
            (since, until),
        )
        return [Share(camera, zone or None, *rest) for camera, zone, *rest in found]

    def span(self) -> tuple[float, float] | None:
        """The first and the last moment of which something is known; None when there is nothing."""
        first, last = self._connection.execute(
            "SELECT min(first), max(last) FROM (SELECT min(at) AS first, max(at) AS last FROM events "
            "UNION ALL SELECT min(start), max(start + length_s) FROM shares)"
        ).fetchone()
        return None if first is None else (float(first), float(last))


def _incident(row: tuple[Any, ...]) -> Incident:
    values = [*row[:-2], bool(row[-2]), bool(row[-1])]
    return Incident(*values)
