"""A report in few figures: for the terminal, and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from maskwatch.report.facts import Facts, Place, compliance, total
from maskwatch.report.timeline import clock
from maskwatch.watch.events import people_text


def summary_values(facts: Facts) -> dict[str, Any]:
    """Plain values: the time, and for each camera and zone what was seen. Times are unix times in seconds."""
    return {
        "start": facts.start,
        "end": facts.end,
        "places": [_place(facts, place) for place in sorted(facts.intervals)],
        "violations": [
            {
                "camera": one.place.camera,
                "zone": one.place.zone or None,
                "rule": one.rule,
                "state": one.state,
                "started_at": one.started_at,
                "duration_s": one.duration_s,
                "people": one.people,
                "ended": one.ended,
            }
            for one in facts.violations
        ],
        "outages": [
            {"camera": one.camera, "began": one.began, "ended": one.ended, "reason": one.reason}
            for one in facts.outages
        ],
    }


def summary_lines(facts: Facts) -> Iterator[str]:
    """A line for the time and one for each camera and zone."""
    yield f"{clock(facts.start)} to {clock(facts.end)}, events of the rules: {len(facts.violations)}"
    for place in sorted(facts.intervals):
        counts = total(facts.intervals[place])
        share = compliance(counts)
        worn = "nobody seen" if share is None else f"{people_text(sum(counts.values()))}, {100 * share:.1f} % mask worn"
        yield f"{place}: {worn}; watched {facts.watched_s(place) / (facts.end - facts.start):.0%} of the time"


def _place(facts: Facts, place: Place) -> dict[str, Any]:
    counts = total(facts.intervals[place])
    return {
        "camera": place.camera,
        "zone": place.zone or None,
        "watched_s": round(facts.watched_s(place), 1),
        "people": counts,
        "compliance": compliance(counts),
    }
