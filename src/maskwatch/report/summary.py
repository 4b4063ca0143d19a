"""A report in numbers: lines for the terminal, values for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from maskwatch.detections import UNCERTAIN
from maskwatch.report.charts import clock
from maskwatch.report.facts import Facts, Location, compliance, location_of, total
from maskwatch.styles import WORDS
from maskwatch.watch.events import people_text


def summary_values(facts: Facts) -> dict[str, Any]:
    """Plain values: the period, and the people, incidents and outages in it. Times are Unix times in seconds."""
    return {
        "start": facts.start,
        "end": facts.end,
        "places": [_location(facts, location) for location in sorted(facts.intervals)],
        "violations": [
            {
                "camera": one.camera,
                "zone": location_of(one).zone or None,
                "rule": one.rule,
                "state": one.state,
                "started_at": one.started_at,
                "duration_s": one.duration_s,
                "people": one.people,
                "ended": one.ended,
            }
            for one in facts.incidents
        ],
        "outages": [
            {"camera": one.camera, "began": one.start, "ended": one.end, "reason": one.reason} for one in facts.outages
        ],
    }


def summary_lines(facts: Facts) -> Iterator[str]:
    """One line for the period, and one for each camera and zone."""
    yield f"{clock(facts.start)} to {clock(facts.end)}, incidents: {len(facts.incidents)}"
    for location in sorted(facts.intervals):
        counts = total(facts.intervals[location])
        share = compliance(counts)
        people = people_text(sum(counts.values())) if any(counts.values()) else "no people"
        worn = "" if share is None else f", {100 * share:.1f} % {WORDS['with_mask']}"
        uncertain = f", {counts[UNCERTAIN]:,} {WORDS[UNCERTAIN]}" if counts[UNCERTAIN] else ""
        watched = facts.watched_s(location) / (facts.end - facts.start)
        yield f"{location}: {people}{worn}{uncertain}; watched {100 * watched:.0f} % of the time"


def _location(facts: Facts, location: Location) -> dict[str, Any]:
    counts = total(facts.intervals[location])
    return {
        "camera": location.camera,
        "zone": location.zone or None,
        "watched_s": round(facts.watched_s(location), 1),
        "people": counts,
        "compliance": compliance(counts),
    }
