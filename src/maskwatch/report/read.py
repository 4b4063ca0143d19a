"""From the history of a watch to the contents of a report."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from maskwatch.detections import REPORTED_STATES
from maskwatch.errors import UsageError
from maskwatch.report.facts import Facts, Interval, Location, Outage
from maskwatch.watch.cameras.state import CameraState
from maskwatch.watch.events import Event
from maskwatch.watch.store import EventReader, PeopleCount

_MIN_OUTAGE_S = 1.0
_SLOW_CONNECT_S = 10.0
_NOT_RUNNING = "MaskWatch was not running"
_NO_RECORD = "nothing was recorded; MaskWatch was killed or not running"
Span = tuple[float, float]
"""Start and end, Unix time in seconds."""


def read_facts(path: Path, since: float | None = None, until: float | None = None) -> Facts:
    """The contents of a report on a period of time.

    A location counts as watched while its camera was live in a counted interval. A watch that was killed leaves no
    event of its end; then the last counted interval ends it.

    Args:
        path: event file of a watch, which may be running.
        since: Unix time in seconds; None for the start of the file.
        until: Unix time in seconds; None for its end.

    Raises:
        UsageError: when there is no such file, it is a file of something else, or it is empty in that period.
    """
    with EventReader(path) as reader:
        span = reader.span()
        if span is None:
            raise UsageError(f"{path}: nothing has been written yet; let the watch run for some minutes")
        start, end = max(since or -math.inf, span[0]), min(until or math.inf, span[1])
        if start >= end:
            raise UsageError(f"{path}: holds nothing of that time; choose a period in it with --since and --until")
        changes = [event for event in reader.events(until=end) if event.kind == "camera"]
        counts = reader.counts(start, end)
        incidents = reader.incidents(start, end)
    cameras = sorted({count.camera for count in counts} | {event.camera for event in changes})
    of_camera = {name: [event for event in changes if event.camera == name] for name in cameras}
    live = {name: live_spans(of_camera[name], end) for name in cameras}
    intervals: dict[Location, list[Interval]] = {}
    for count in counts:
        location = Location(count.camera, count.zone or "")
        intervals.setdefault(location, []).append(_interval(count, live[count.camera], end))
    outages = []
    for name in cameras:
        known = find_outages(name, of_camera[name], end)
        outages += known + unrecorded(name, intervals.get(Location(name), []), known)
    outages = [one for one in outages if one.start < end and (one.end is None or one.end > start)]
    return Facts(start, end, intervals, incidents, sorted(outages, key=lambda outage: outage.start))


def live_spans(changes: Sequence[Event], end: float) -> list[Span]:
    """When a camera was live, from its state changes in order of time; before the first one it counts as live."""
    if not changes:
        return [(-math.inf, end)]
    spans = [(-math.inf, changes[0].at)] if changes[0].state != CameraState.connecting else []
    for change, following in pairwise([*changes, None]):
        if change is not None and change.state == CameraState.live:
            spans.append((change.at, end if following is None else following.at))
    return spans


def find_outages(camera: str, changes: Sequence[Event], end: float) -> list[Outage]:
    """The periods in which a camera was not live, each with its first reason.

    Connecting within ten seconds is no outage.
    """
    outages: list[Outage] = []
    down: list[Event] = []
    for change in [*changes, None]:
        if change is not None and change.state != CameraState.live:
            down.append(change)
        elif down:
            stopped = down[0].state == CameraState.ended
            lasted = (end if change is None else change.at) - down[0].at
            connecting = all(one.state == CameraState.connecting for one in down) and lasted < _SLOW_CONNECT_S
            if lasted >= _MIN_OUTAGE_S and not connecting and not (stopped and change is None):
                why = _NOT_RUNNING if stopped else next((one.reason for one in down if one.reason), "no reason given")
                outages.append(Outage(camera, down[0].at, None if change is None else change.at, why))
            down = []
    return outages


def unrecorded(camera: str, intervals: Sequence[Interval], known: Sequence[Outage]) -> list[Outage]:
    """Gaps between counted intervals that no state change explains: a killed watch leaves them."""
    return [
        Outage(camera, before.end, after.start, _NO_RECORD)
        for before, after in pairwise(intervals)
        if after.start - before.end >= _MIN_OUTAGE_S
        and not any(one.start < after.start and (one.end or math.inf) > before.end for one in known)
    ]


def _interval(count: PeopleCount, live: Sequence[Span], end: float) -> Interval:
    until = min(count.start + count.length_s, end)
    watched = sum(max(0.0, min(until, last) - max(count.start, first)) for first, last in live)
    counts = {name: count.counts.get(name, 0) for name in REPORTED_STATES}
    return Interval(count.start, count.start + count.length_s, counts, watched)
