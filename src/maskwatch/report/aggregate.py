"""Counted intervals aggregated for charts: equal bins over time, and hours of the day and the week."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from maskwatch.report.facts import Interval, total

_BIN_LENGTHS_S = (60, 300, 900, 1800, 3600, 7200, 21600, 86400, 604800)
_MAX_BINS = 120
_HOUR_S = 3600


def bin_length(start: float, end: float) -> int:
    """The shortest round length, in seconds, that divides the period into at most 120 bins."""
    return next((length for length in _BIN_LENGTHS_S if (end - start) / length <= _MAX_BINS), _BIN_LENGTHS_S[-1])


def resample(intervals: Sequence[Interval], start: float, end: float, length_s: int) -> list[Interval]:
    """Equal bins from ``start`` to ``end``, including empty ones, that start at round local times.

    An interval belongs to the bin in which it starts.
    """
    offset = datetime.fromtimestamp(start).astimezone().utcoffset()
    shift = offset.total_seconds() if offset else 0.0
    first = math.floor((start + shift) / length_s) * length_s - shift
    found: dict[int, list[Interval]] = {}
    for interval in intervals:
        found.setdefault(int((interval.start - first) // length_s), []).append(interval)
    bins = []
    for number in range(max(1, math.ceil((end - first) / length_s))):
        parts = found.get(number, [])
        bin_start = first + number * length_s
        watched = min(float(length_s), sum(part.watched_s for part in parts))
        bins.append(Interval(bin_start, bin_start + length_s, total(parts), watched))
    return bins


@dataclass(frozen=True)
class Hour:
    """One hour of the day or week, over the whole period.

    Attributes:
        counts: people by the name of their state, all days together.
        watched_s: how long cameras were live in this hour, all days and cameras together, seconds.
    """

    counts: dict[str, int]
    watched_s: float

    @property
    def rate(self) -> float | None:
        """People per hour of watching; None when no camera was live."""
        return sum(self.counts.values()) / (self.watched_s / _HOUR_S) if self.watched_s else None


def by_hour(intervals: Sequence[Interval]) -> list[Hour]:
    """The 24 hours of the day, local time."""
    parts: list[list[Interval]] = [[] for _ in range(24)]
    for interval in intervals:
        parts[datetime.fromtimestamp(interval.start).hour].append(interval)
    return [_hour(part) for part in parts]


def by_weekday_and_hour(intervals: Sequence[Interval]) -> list[list[Hour]]:
    """Seven days, Monday first, of 24 hours each, local time."""
    parts: list[list[list[Interval]]] = [[[] for _ in range(24)] for _ in range(7)]
    for interval in intervals:
        moment = datetime.fromtimestamp(interval.start)
        parts[moment.weekday()][moment.hour].append(interval)
    return [[_hour(part) for part in day] for day in parts]


def _hour(intervals: list[Interval]) -> Hour:
    return Hour(total(intervals), sum(interval.watched_s for interval in intervals))
