"""The report as one HTML page without scripts or external resources."""

from __future__ import annotations

import time
from collections.abc import Iterator
from html import escape
from importlib import resources

from maskwatch.detections import REPORTED_STATES, UNCERTAIN, MaskState
from maskwatch.report.aggregate import bin_length, by_hour, by_weekday_and_hour, resample
from maskwatch.report.charts import clock, day_chart, timeline, week_chart
from maskwatch.report.facts import Facts, Interval, Location, compliance, location_of, total
from maskwatch.styles import ALL_STYLES, WORDS
from maskwatch.watch.store import Incident

_INCIDENTS_SHOWN = 20
_OUTAGES_SHOWN = 100
_DAY_S = 86400
_FILES = resources.files("maskwatch.report")


def report_page(facts: Facts) -> str:
    """The whole page as HTML text, with times in this computer's local time."""
    zone = escape(time.strftime("%Z (%z)"))
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width, initial-scale=1'>",
        f"<title>MaskWatch report</title><style>{_css()}</style></head><body>{_text('hatch.svg')}<main>",
        f"<h1>Mask compliance report</h1><p class='period'>{clock(facts.start)} to {clock(facts.end)}, {zone}</p>",
        *_headline(facts),
        *_over_time(facts),
        *_hours(facts),
        *_incidents(facts),
        *_locations(facts),
        *_outages(facts),
        *_notes(),
        "</main></body></html>",
    ]
    return "\n".join(parts)


def _css() -> str:
    """The style sheet, with the colours that each state has everywhere."""
    colours = {name: f"rgb{style.colour}" for name, style in ALL_STYLES.items()}
    rules = [
        f"rect.{name} {{ fill: {colour}; }} .key.{name} {{ background: {colour}; }}" for name, colour in colours.items()
    ]
    return "\n".join([_text("report.css"), *rules, ""])


def _text(name: str) -> str:
    return (_FILES / name).read_text(encoding="utf-8")


def _headline(facts: Facts) -> Iterator[str]:
    counts = total(_whole_cameras(facts))
    span = max(facts.end - facts.start, 1e-9)
    yield "<section class='tiles'>"
    yield _tile(_percent(compliance(counts)), "mask worn correctly")
    yield _tile(f"{sum(counts.values()):,}", "people, each counted once per interval")
    for name in (MaskState.without_mask.name, MaskState.worn_incorrectly.name, UNCERTAIN):
        yield _tile(f"{counts[name]:,}", f"of them: {WORDS[name]}")
    yield _tile(f"{len(facts.incidents):,}", "incidents")
    for camera in facts.cameras:
        watched = min(facts.watched_s(Location(camera)) / span, 1)
        yield _tile(f"{100 * watched:.0f} %", f"of the time watched: {camera}")
    yield "</section>"


def _tile(number: str, text: str) -> str:
    return f"<div class='tile'><b>{escape(number)}</b><span>{escape(text)}</span></div>"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _whole_cameras(facts: Facts) -> list[Interval]:
    """The intervals of all cameras, without those of zones."""
    return [one for location, intervals in facts.intervals.items() if not location.zone for one in intervals]


def _over_time(facts: Facts) -> Iterator[str]:
    length = bin_length(facts.start, facts.end)
    yield f"<h2>Over time</h2><p>{_legend()} Each bar is {_duration(length)}.</p>"
    if not facts.intervals:
        yield "<p class='none'>No people were counted in this period.</p>"
    for location in sorted(facts.intervals):
        bars = resample(facts.intervals[location], facts.start, facts.end, length)
        outages = [outage for outage in facts.outages if outage.camera == location.camera]
        share = compliance(total(facts.intervals[location]))
        worn = "no people" if share is None else f"{_percent(share)} {WORDS['with_mask']}"
        yield f"<h3>{escape(str(location))} <small>{worn}</small></h3>"
        yield timeline(bars, outages, facts.start, facts.end)


def _legend() -> str:
    keys = [f"<span class='key {name}'></span>{WORDS[name]}" for name in REPORTED_STATES]
    return " ".join([*keys, "<span class='key hatched'></span>not watched."])


def _hours(facts: Facts) -> Iterator[str]:
    intervals = _whole_cameras(facts)
    if not intervals:
        return
    yield "<h2>Busiest hours</h2><p>People per hour of watching, mean of all cameras, local time.</p>"
    yield day_chart(by_hour(intervals))
    if facts.end - facts.start > 2 * _DAY_S:
        yield week_chart(by_weekday_and_hour(intervals))


def _incidents(facts: Facts) -> Iterator[str]:
    longest = sorted(facts.incidents, key=lambda one: -one.duration_s)[:_INCIDENTS_SHOWN]
    yield f"<h2>Longest incidents</h2><p>{len(longest)} of {len(facts.incidents)}.</p>"
    if longest:
        yield "<table><tr><th>duration<th>start<th>location<th>rule<th>state<th class='n'>people</tr>"
        yield from (_incident(one) for one in longest)
        yield "</table>"


def _incident(one: Incident) -> str:
    duration = _duration(one.duration_s) if one.ended else f"at least {_duration(one.duration_s)}"
    cells = (duration, clock(one.started_at), str(location_of(one)), one.rule, WORDS.get(one.state, one.state))
    return "<tr>" + "".join(f"<td>{escape(cell)}" for cell in cells) + f"<td class='n'>{one.people}</tr>"


def _locations(facts: Facts) -> Iterator[str]:
    yield "<h2>By camera and zone</h2><table><tr><th>location<th class='n'>watched<th class='n'>people"
    yield "".join(f"<th class='n'>{WORDS[name]}" for name in REPORTED_STATES)
    yield "<th class='n'>compliance<th class='n'>incidents<th class='n'>longest</tr>"
    for location in sorted(facts.intervals):
        counts = total(facts.intervals[location])
        durations = [one.duration_s for one in facts.incidents if location_of(one) == location]
        cells = (
            _duration(facts.watched_s(location)),
            f"{sum(counts.values()):,}",
            *(f"{counts[name]:,}" for name in REPORTED_STATES),
            _percent(compliance(counts)),
            str(len(durations)),
            _duration(max(durations)) if durations else "-",
        )
        yield f"<tr><td>{escape(str(location))}" + "".join(f"<td class='n'>{cell}" for cell in cells) + "</tr>"
    yield "</table>"


def _outages(facts: Facts) -> Iterator[str]:
    yield "<h2>Camera outages</h2>"
    if not facts.outages:
        yield "<p>No outages recorded.</p>"
        return
    yield "<table><tr><th>camera<th>from<th>until<th>duration<th>reason</tr>"
    for outage in facts.outages[-_OUTAGES_SHOWN:]:
        end = facts.end if outage.end is None else outage.end
        until = "not back yet" if outage.end is None else clock(end)
        cells = (outage.camera, clock(outage.start), until, _duration(end - outage.start), outage.reason)
        yield "<tr>" + "".join(f"<td>{escape(cell)}" for cell in cells) + "</tr>"
    yield "</table>"
    if len(facts.outages) > _OUTAGES_SHOWN:
        yield f"<p>The last {_OUTAGES_SHOWN} of {len(facts.outages)}.</p>"


def _notes() -> Iterator[str]:
    yield "<h2>How to read this report</h2><ul>"
    yield "<li>A person counts once per interval. Faces are not recognised: a person who leaves and returns counts"
    yield " again. That changes totals, but hardly any percentage.</li>"
    yield "<li>Compliance is the share of masks worn correctly; uncertain people are left out of it.</li>"
    yield "<li>Hatched times were not watched and do not affect compliance.</li>"
    yield "<li>Percentages of few people vary widely; the lower strip shows how many there were.</li>"
    yield "<li>The detector makes errors; its model card gives the error rates.</li></ul>"


def _duration(seconds: float) -> str:
    """Like ``45 s``, ``12 min``, ``3 h 20 min``, ``2 d 5 h``."""
    whole = round(seconds)
    for size, name, below, below_name in ((_DAY_S, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // below
            return f"{whole // size} {name}" + (f" {rest} {below_name}" if rest else "")
    return f"{whole} s"
