"""From the history of a watch to the facts of a report."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from maskwatch.detections import STATE_NAMES
from maskwatch.errors import UsageError
from maskwatch.report.facts import Facts, Interval, Outage, Place, Violation
from maskwatch.watch.cameras.state import CameraState
from maskwatch.watch.events import Event
from maskwatch.watch.store import EventReader, Incident, Share

_SHORTEST_OUTAGE_S = 1.0
_SLOW_S = 10.0
_NOT_RUNNING = "MaskWatch was not running"
_NO_RECORD = "nothing was recorded; MaskWatch was killed or not running"
Span = tuple[float, float]


def read_facts(path: Path, since: float | None = None, until: float | None = None) -> Facts:
    """Everything a report says about a stretch of time.

    A camera counts as watched while it was live in an interval that was counted. A watch that was killed leaves no
    word of its end; then the end of the last interval that was counted is taken.

    Args:
        path: the file of events of a watch; it may be running.
        since: unix time, seconds; None for the beginning of the file.
        until: the same; None for its end.

    Raises:
        UsageError: when there is no such file, it is a file of something else, or it holds nothing of that time.
    """
    with EventReader(path) as reader:
        span = reader.span()
        if span is None:
            raise UsageError(f"{path}: nothing has been written yet; let the watch run for some minutes")
        start, end = max(since or -math.inf, span[0]), min(until or math.inf, span[1])
        if start >= end:
            raise UsageError(f"{path}: holds nothing of that time; give a time with --since and --until in it")
        changes = [event for event in reader.events(until=end) if event.kind == "camera"]
        counts = reader.counts(start, end)
        violations = [_violation(incident) for incident in reader.incidents(start, end)]
    cameras = sorted({share.camera for share in counts} | {event.camera for event in changes})
    live = {name: live_spans([event for event in changes if event.camera == name], end) for name in cameras}
    intervals: dict[Place, list[Interval]] = {}
    for share in counts:
        place = Place(share.camera, share.zone or "")
        intervals.setdefault(place, []).append(_interval(share, live[share.camera], end))
    outages = []
    for name in cameras:
        known = find_outages(name, [event for event in changes if event.camera == name], end)
        outages += known + unrecorded(name, intervals.get(Place(name), []), known)
    outages = [one for one in outages if one.began < end and (one.ended is None or one.ended > start)]
    return Facts(start, end, intervals, violations, sorted(outages, key=lambda outage: outage.began))


def live_spans(changes: Sequence[Event], end: float) -> list[Span]:
    """When a camera was live, by its changes of state in order of time; before the first one it counts as live."""
    if not changes:
        return [(-math.inf, end)]
    spans = [(-math.inf, changes[0].at)] if changes[0].state != CameraState.connecting else []
    for change, following in pairwise([*changes, None]):
        if change is not None and change.state == CameraState.live:
            spans.append((change.at, end if following is None else following.at))
    return spans


def find_outages(camera: str, changes: Sequence[Event], end: float) -> list[Outage]:
    """The times between being live, with the first reason that was given in each.

    A camera that only took its time to connect had no outage.
    """
    found: list[Outage] = []
    down: list[Event] = []
    for change in [*changes, None]:
        if change is not None and change.state != CameraState.live:
            down.append(change)
        elif down:
            stopped = down[0].state == CameraState.ended
            lasted = (end if change is None else change.at) - down[0].at
            only_slow = all(one.state == CameraState.connecting for one in down) and lasted < _SLOW_S
            if lasted >= _SHORTEST_OUTAGE_S and not only_slow and not (stopped and change is None):
                why = _NOT_RUNNING if stopped else next((one.reason for one in down if one.reason), "no reason given")
                found.append(Outage(camera, down[0].at, None if change is None else change.at, why))
            down = []
    return found


def unrecorded(camera: str, intervals: Sequence[Interval], known: Sequence[Outage]) -> list[Outage]:
    """The times between counted intervals that no change of state explains, as a watch leaves them that was killed."""
    return [
        Outage(camera, before.end, after.start, _NO_RECORD)
        for before, after in pairwise(intervals)
        if after.start - before.end >= _SHORTEST_OUTAGE_S
        and not any(one.began < after.start and (one.ended or math.inf) > before.end for one in known)
    ]


def _interval(share: Share, live: Sequence[Span], end: float) -> Interval:
    until = min(share.start + share.length_s, end)
    watched = sum(max(0.0, min(until, last) - max(share.start, first)) for first, last in live)
    counts = {name: int(getattr(share, name)) for name in STATE_NAMES}
    return Interval(share.start, share.start + share.length_s, counts, watched)


def _violation(incident: Incident) -> Violation:
    place = Place(incident.camera, incident.zone or "")
    started, lasted = incident.started_at, incident.duration_s
    return Violation(place, incident.rule, incident.state, started, lasted, incident.people, incident.ended)
