"""The report as one HTML page: no other file, no script, nothing loaded from elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from html import escape

from maskwatch.detections import STATE_NAMES
from maskwatch.report.aggregate import bin_length, by_hour, by_weekday_and_hour, resample
from maskwatch.report.facts import Facts, Interval, Place, Violation, compliance, total
from maskwatch.report.hours import day_chart, week_chart
from maskwatch.report.style import HATCH, STYLE
from maskwatch.report.timeline import clock, timeline
from maskwatch.styles import WORDS

_LONGEST_SHOWN = 20
_OUTAGES_SHOWN = 100
_DAY_S = 86400


def report_page(facts: Facts) -> str:
    """The whole page as HTML text; times are local ones of this computer."""
    zone = escape(time.strftime("%Z (%z)"))
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width, initial-scale=1'>",
        f"<title>MaskWatch report</title><style>{STYLE}</style></head><body>{HATCH}<main>",
        f"<h1>How masks were worn</h1><p class='period'>{clock(facts.start)} to {clock(facts.end)}, {zone}</p>",
        *_headline(facts),
        *_over_time(facts),
        *_hours(facts),
        *_violations(facts),
        *_places(facts),
        *_outages(facts),
        *_notes(),
        "</main></body></html>",
    ]
    return "\n".join(parts)


def _headline(facts: Facts) -> Iterator[str]:
    intervals = _whole_cameras(facts)
    counts, share = total(intervals), compliance(total(intervals))
    span = max(facts.end - facts.start, 1e-9)
    yield "<section class='tiles'>"
    yield _tile("-" if share is None else f"{share:.1%}".replace("%", " %"), "wore the mask as it should be worn")
    yield _tile(f"{sum(counts.values()):,}", "people seen, each once an interval")
    yield _tile(f"{counts['without_mask']:,}", "of them without a mask")
    yield _tile(f"{counts['worn_incorrectly']:,}", "with the mask worn incorrectly")
    yield _tile(f"{len(facts.violations):,}", "events of the rules")
    for camera in facts.cameras:
        watched = facts.watched_s(Place(camera))
        yield _tile(f"{min(watched / span, 1):.0%}".replace("%", " %"), f"of the time watched: {camera}")
    yield "</section>"


def _tile(figure: str, text: str) -> str:
    return f"<div class='tile'><b>{escape(figure)}</b><span>{escape(text)}</span></div>"


def _whole_cameras(facts: Facts) -> list[Interval]:
    return [one for place, intervals in facts.intervals.items() if not place.zone for one in intervals]


def _over_time(facts: Facts) -> Iterator[str]:
    length = bin_length(facts.start, facts.end)
    yield f"<h2>Over time</h2><p>{_legend()} One bar is {_duration(length)}.</p>"
    if not facts.intervals:
        yield "<p class='none'>No time was watched.</p>"
    for place in sorted(facts.intervals):
        bars = resample(facts.intervals[place], facts.start, facts.end, length)
        outages = [outage for outage in facts.outages if outage.camera == place.camera]
        share = compliance(total(facts.intervals[place]))
        worn = "nobody seen" if share is None else f"{share:.1%} mask worn".replace("%", " %")
        yield f"<h3>{escape(str(place))} <small>{worn}</small></h3>"
        yield timeline(bars, outages, facts.start, facts.end)


def _legend() -> str:
    keys = [f"<span class='key {name}'></span>{WORDS[name]}" for name in STATE_NAMES]
    return " ".join([*keys, "<span class='key hatched'></span>not watched."])


def _hours(facts: Facts) -> Iterator[str]:
    intervals = _whole_cameras(facts)
    if not intervals:
        return
    yield "<h2>Busiest hours</h2><p>People in an hour of watching, mean of all cameras, local time.</p>"
    yield day_chart(by_hour(intervals))
    if facts.end - facts.start > 2 * _DAY_S:
        yield week_chart(by_weekday_and_hour(intervals))


def _violations(facts: Facts) -> Iterator[str]:
    longest = sorted(facts.violations, key=lambda one: -one.duration_s)[:_LONGEST_SHOWN]
    yield f"<h2>Longest violations</h2><p>{len(longest)} of {len(facts.violations)}.</p>"
    if longest:
        yield "<table><tr><th>duration<th>began<th>where<th>rule<th>state<th class='n'>people</tr>"
        yield from (_violation(one) for one in longest)
        yield "</table>"


def _violation(one: Violation) -> str:
    duration = _duration(one.duration_s) if one.ended else f"at least {_duration(one.duration_s)}"
    cells = (duration, clock(one.started_at), str(one.place), one.rule, WORDS.get(one.state, one.state))
    return "<tr>" + "".join(f"<td>{escape(cell)}" for cell in cells) + f"<td class='n'>{one.people}</tr>"


def _places(facts: Facts) -> Iterator[str]:
    yield "<h2>By camera and zone</h2><table><tr><th>where<th class='n'>watched<th class='n'>people"
    yield "".join(f"<th class='n'>{WORDS[name]}" for name in STATE_NAMES)
    yield "<th class='n'>share<th class='n'>events<th class='n'>longest</tr>"
    for place in sorted(facts.intervals):
        counts = total(facts.intervals[place])
        share = compliance(counts)
        lasted = [one.duration_s for one in facts.violations if one.place == place]
        cells = (
            _duration(facts.watched_s(place)),
            f"{sum(counts.values()):,}",
            *(f"{counts[name]:,}" for name in STATE_NAMES),
            "-" if share is None else f"{share:.1%}".replace("%", " %"),
            str(len(lasted)),
            _duration(max(lasted)) if lasted else "-",
        )
        yield f"<tr><td>{escape(str(place))}" + "".join(f"<td class='n'>{cell}" for cell in cells) + "</tr>"
    yield "</table>"


def _outages(facts: Facts) -> Iterator[str]:
    yield "<h2>When a camera gave no frames</h2>"
    if not facts.outages:
        yield "<p>Never, as far as is known.</p>"
        return
    yield "<table><tr><th>camera<th>from<th>until<th>for<th>reason</tr>"
    for outage in facts.outages[-_OUTAGES_SHOWN:]:
        ended = facts.end if outage.ended is None else outage.ended
        until = "not back yet" if outage.ended is None else clock(ended)
        cells = (outage.camera, clock(outage.began), until, _duration(ended - outage.began), outage.reason)
        yield "<tr>" + "".join(f"<td>{escape(cell)}" for cell in cells) + "</tr>"
    yield "</table>"
    if len(facts.outages) > _OUTAGES_SHOWN:
        yield f"<p>The last {_OUTAGES_SHOWN} of {len(facts.outages)}.</p>"


def _notes() -> Iterator[str]:
    yield "<h2>How to read it</h2><ul>"
    yield "<li>A person counts once in each interval and is somebody new after leaving the image: no"
    yield " face is recognised, so that whoever comes again is counted again. That changes totals, hardly shares.</li>"
    yield "<li>Hatched times were not watched; they count neither for nor against anybody.</li>"
    yield "<li>Shares from few people swing widely: look at the lower strip before drawing conclusions.</li>"
    yield "<li>Verdicts come from a detector that errs at times; its figures are in the model card.</li></ul>"


def _duration(seconds: float) -> str:
    """Like ``45 s``, ``12 min``, ``3 h 20 min``, ``2 d 5 h``."""
    whole = round(seconds)
    for size, name, below, below_name in ((_DAY_S, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // below
            return f"{whole // size} {name}" + (f" {rest} {below_name}" if rest else "")
    return f"{whole} s"
