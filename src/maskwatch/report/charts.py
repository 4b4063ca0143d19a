"""The charts of the report as SVG elements: one location over time, hours of the day, hours of the week.

The page's style sheet gives them their colours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from html import escape

from maskwatch.detections import REPORTED_STATES
from maskwatch.report.aggregate import Hour
from maskwatch.report.facts import Interval, Outage, compliance
from maskwatch.styles import WORDS

_WIDTH, _LEFT, _RIGHT = 960, 46, 8
_SHARE_TOP, _SHARE_HEIGHT = 10, 110
_PEOPLE_TOP, _PEOPLE_HEIGHT = 134, 46
_BOTTOM = 200
_TICKS_S = (300, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2592000)
_MAX_TICKS = 9
_DAY_S = 86400
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HOURS_TOP, _DAY_HEIGHT, _WEEK_ROW = 10, 120, 22
_HOUR_WIDTH = (_WIDTH - _LEFT - _RIGHT) / 24


def clock(at: float) -> str:
    """Local date and time of a Unix time, to the minute."""
    return datetime.fromtimestamp(at).strftime("%a %d %b %Y %H:%M")


def timeline(bars: Sequence[Interval], outages: Sequence[Outage], start: float, end: float) -> str:
    """One location over time; times without frames are hatched.

    The upper strip shows the share of each state, empty where there were no people; the lower strip shows the number
    of people.
    """
    scale = _Scale(start, end)
    most = max((bar.people for bar in bars), default=0)
    parts = [
        f"<svg viewBox='0 0 {_WIDTH} {_BOTTOM + 20}' role='img' aria-label='Share of each state and people over time'>",
        *_frame(most),
        *_unwatched(bars, scale),
        *(part for bar in bars if bar.people for part in _bar(bar, scale, most)),
        *_outages(outages, scale),
        *_ticks(scale),
        "</svg>",
    ]
    return "\n".join(parts)


def day_chart(hours: Sequence[Hour]) -> str:
    """24 bars: people per hour of watching by state; hours without frames are hatched."""
    most = max((hour.rate or 0.0 for hour in hours), default=0.0)
    base = _HOURS_TOP + _DAY_HEIGHT
    parts = [
        f"<svg viewBox='0 0 {_WIDTH} {base + 24}' role='img' aria-label='People by hour of the day'>",
        f"<line class='grid' x1='{_LEFT}' x2='{_WIDTH - _RIGHT}' y1='{base}' y2='{base}'/>",
        f"<text class='axis' x='{_LEFT - 5}' y='{_HOURS_TOP + 8}' text-anchor='end'>{most:.3g}</text>",
        *(part for number, hour in enumerate(hours) for part in _day_bar(number, hour, most)),
        *_hour_labels(base + 16),
        "</svg>",
    ]
    return "\n".join(parts)


def week_chart(days: Sequence[Sequence[Hour]]) -> str:
    """7 rows of 24 cells, darker for more people; hours without frames are hatched."""
    most = max((hour.rate or 0.0 for day in days for hour in day), default=0.0)
    height = _HOURS_TOP + 7 * _WEEK_ROW
    parts = [f"<svg viewBox='0 0 {_WIDTH} {height + 24}' role='img' aria-label='People by weekday and hour'>"]
    for row, (name, day) in enumerate(zip(_DAYS, days, strict=True)):
        y = _HOURS_TOP + row * _WEEK_ROW
        parts.append(f"<text class='axis' x='{_LEFT - 5}' y='{y + 15}' text-anchor='end'>{name}</text>")
        for number, hour in enumerate(day):
            style = "class='gap'" if hour.rate is None else f"class='heat' fill-opacity='{hour.rate / (most or 1):.2f}'"
            x, size = _LEFT + number * _HOUR_WIDTH, f"width='{_HOUR_WIDTH - 1:.1f}' height='{_WEEK_ROW - 1}'"
            title = escape(f"{name} {_hour_title(number, hour)}")
            parts.append(f"<rect {style} x='{x:.1f}' y='{y}' {size}><title>{title}</title></rect>")
    return "\n".join([*parts, *_hour_labels(height + 14), "</svg>"])


class _Scale:
    """Maps Unix time to pixels."""

    def __init__(self, start: float, end: float) -> None:
        self.start, self.end = start, max(end, start + 1)

    def x(self, at: float) -> float:
        share = (min(max(at, self.start), self.end) - self.start) / (self.end - self.start)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _frame(most: int) -> Iterator[str]:
    """The axes of the timeline."""
    for share, text in ((0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")):
        y = _SHARE_TOP + (1 - share) * _SHARE_HEIGHT
        yield f"<line class='grid' x1='{_LEFT}' x2='{_WIDTH - _RIGHT}' y1='{y:.0f}' y2='{y:.0f}'/>"
        yield f"<text class='axis' x='{_LEFT - 5}' y='{y + 4:.0f}' text-anchor='end'>{text}</text>"
    base = _PEOPLE_TOP + _PEOPLE_HEIGHT
    yield f"<line class='grid' x1='{_LEFT}' x2='{_WIDTH - _RIGHT}' y1='{base}' y2='{base}'/>"
    yield f"<text class='axis' x='{_LEFT - 5}' y='{_PEOPLE_TOP + 8}' text-anchor='end'>{most}</text>"
    yield f"<text class='axis' x='{_LEFT - 5}' y='{base}' text-anchor='end'>people</text>"


def _bar(bar: Interval, scale: _Scale, most: int) -> Iterator[str]:
    left, right = scale.x(bar.start), scale.x(bar.end)
    width = max(right - left - (1 if right - left > 3 else 0), 0.5)
    words = ", ".join(f"{bar.counts[name]} {WORDS[name]}" for name in REPORTED_STATES)
    yield f"<g><title>{escape(f'{clock(bar.start)} to {clock(bar.end)}: {words}')}</title>"
    yield from _stacked(bar.counts, left, width, _SHARE_TOP + _SHARE_HEIGHT, _SHARE_HEIGHT)
    height = bar.people / most * _PEOPLE_HEIGHT
    y = _PEOPLE_TOP + _PEOPLE_HEIGHT - height
    yield f"<rect class='people' x='{left:.1f}' y='{y:.1f}' width='{width:.1f}' height='{height:.1f}'/></g>"


def _stacked(counts: dict[str, int], left: float, width: float, base: float, height: float) -> Iterator[str]:
    """One bar, divided by state, that stands on ``base`` and is ``height`` pixels high."""
    y, people = float(base), sum(counts.values())
    for name in REPORTED_STATES:
        part = counts[name] / people * height
        y -= part
        if part:
            yield f"<rect class='{name}' x='{left:.1f}' y='{y:.1f}' width='{width:.1f}' height='{part:.1f}'/>"


def _unwatched(bars: Sequence[Interval], scale: _Scale) -> Iterator[str]:
    for bar in bars:
        if bar.watched_s == 0 and not bar.people:
            yield _hatched(scale.x(bar.start), scale.x(bar.end), f"{clock(bar.start)} to {clock(bar.end)}: not watched")


def _outages(outages: Sequence[Outage], scale: _Scale) -> Iterator[str]:
    for outage in outages:
        end = scale.end if outage.end is None else outage.end
        if end < scale.start or outage.start > scale.end:
            continue
        until = "the end" if outage.end is None else clock(outage.end)
        text = f"{clock(outage.start)} to {until}: no frames ({outage.reason})"
        yield _hatched(scale.x(outage.start), max(scale.x(end), scale.x(outage.start) + 1), text)


def _hatched(left: float, right: float, text: str) -> str:
    height = _PEOPLE_TOP + _PEOPLE_HEIGHT - _SHARE_TOP
    return (
        f"<rect class='gap' x='{left:.1f}' y='{_SHARE_TOP}' width='{right - left:.1f}' height='{height}'>"
        f"<title>{escape(text)}</title></rect>"
    )


def _ticks(scale: _Scale) -> Iterator[str]:
    span = scale.end - scale.start
    step = next((step for step in _TICKS_S if span / step <= _MAX_TICKS), _TICKS_S[-1])
    moment = datetime.fromtimestamp(scale.start).replace(hour=0, minute=0, second=0, microsecond=0)
    while moment.timestamp() <= scale.end:
        at = moment.timestamp()
        if at >= scale.start:
            x = scale.x(at)
            midnight = moment.hour == 0 and moment.minute == 0
            text = moment.strftime("%a %d %b" if midnight or step >= _DAY_S else "%H:%M")
            yield f"<line class='tick' x1='{x:.1f}' x2='{x:.1f}' y1='{_BOTTOM - 20}' y2='{_BOTTOM - 14}'/>"
            yield f"<text class='axis' x='{x:.1f}' y='{_BOTTOM}' text-anchor='middle'>{escape(text)}</text>"
        moment += timedelta(seconds=step)


def _day_bar(number: int, hour: Hour, most: float) -> Iterator[str]:
    left, width = _LEFT + number * _HOUR_WIDTH + 1, _HOUR_WIDTH - 2
    yield f"<g><title>{escape(_hour_title(number, hour))}</title>"
    if hour.rate is None:
        yield f"<rect class='gap' x='{left:.1f}' y='{_HOURS_TOP}' width='{width:.1f}' height='{_DAY_HEIGHT}'/>"
    elif hour.rate:
        yield from _stacked(hour.counts, left, width, _HOURS_TOP + _DAY_HEIGHT, hour.rate / most * _DAY_HEIGHT)
    yield "</g>"


def _hour_labels(y: int) -> Iterator[str]:
    for number in range(0, 24, 2):
        x = _LEFT + (number + 0.5) * _HOUR_WIDTH
        yield f"<text class='axis' x='{x:.1f}' y='{y}' text-anchor='middle'>{number}</text>"


def _hour_title(number: int, hour: Hour) -> str:
    when = f"{number}:00 to {number + 1}:00"
    if hour.rate is None:
        return f"{when}: not watched"
    share = compliance(hour.counts)
    worn = "" if share is None else f", {share:.0%} {WORDS['with_mask']}"
    return f"{when}: {hour.rate:.3g} people per hour of watching{worn}"
