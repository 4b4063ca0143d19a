"""The charts of busiest hours: a day of 24 bars and a week of 7 x 24 cells, as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from maskwatch.detections import REPORTED_STATES
from maskwatch.report.aggregate import Hour
from maskwatch.report.facts import compliance
from maskwatch.report.timeline import LEFT, RIGHT, WIDTH
from maskwatch.styles import WORDS

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TOP, _HEIGHT, _ROW = 10, 120, 22
_STEP = (WIDTH - LEFT - RIGHT) / 24


def day_chart(hours: Sequence[Hour]) -> str:
    """24 bars: people per hour of watching by state; hatched where no camera was live. An SVG element."""
    most = max((hour.rate or 0.0 for hour in hours), default=0.0)
    base = _TOP + _HEIGHT
    parts = [
        f"<svg viewBox='0 0 {WIDTH} {base + 24}' role='img' aria-label='People by hour of the day'>",
        f"<line class='grid' x1='{LEFT}' x2='{WIDTH - RIGHT}' y1='{base}' y2='{base}'/>",
        f"<text class='axis' x='{LEFT - 5}' y='{_TOP + 8}' text-anchor='end'>{most:.3g}</text>",
        *(part for number, hour in enumerate(hours) for part in _day_bar(number, hour, most)),
        *_hour_labels(base + 16),
        "</svg>",
    ]
    return "\n".join(parts)


def week_chart(days: Sequence[Sequence[Hour]]) -> str:
    """7 rows of 24 cells, darker for more people; hatched where no camera was live. An SVG element."""
    most = max((hour.rate or 0.0 for day in days for hour in day), default=0.0)
    height = _TOP + 7 * _ROW
    parts = [f"<svg viewBox='0 0 {WIDTH} {height + 24}' role='img' aria-label='People by weekday and hour'>"]
    for row, (name, day) in enumerate(zip(_DAYS, days, strict=True)):
        y = _TOP + row * _ROW
        parts.append(f"<text class='axis' x='{LEFT - 5}' y='{y + 15}' text-anchor='end'>{name}</text>")
        for number, hour in enumerate(day):
            style = "class='gap'" if hour.rate is None else f"class='heat' fill-opacity='{hour.rate / (most or 1):.2f}'"
            position = f"x='{LEFT + number * _STEP:.1f}' y='{y}' width='{_STEP - 1:.1f}' height='{_ROW - 1}'"
            title = escape(f"{name} {_title(number, hour)}")
            parts.append(f"<rect {style} {position}><title>{title}</title></rect>")
    return "\n".join([*parts, *_hour_labels(height + 14), "</svg>"])


def _day_bar(number: int, hour: Hour, most: float) -> Iterator[str]:
    left, width = LEFT + number * _STEP + 1, _STEP - 2
    yield f"<g><title>{escape(_title(number, hour))}</title>"
    if hour.rate is None:
        yield f"<rect class='gap' x='{left:.1f}' y='{_TOP}' width='{width:.1f}' height='{_HEIGHT}'/>"
    elif hour.rate:
        y, people = float(_TOP + _HEIGHT), sum(hour.counts.values())
        for name in REPORTED_STATES:
            height = hour.counts[name] / people * hour.rate / most * _HEIGHT
            y -= height
            yield f"<rect class='{name}' x='{left:.1f}' y='{y:.1f}' width='{width:.1f}' height='{height:.1f}'/>"
    yield "</g>"


def _hour_labels(y: int) -> Iterator[str]:
    for number in range(0, 24, 2):
        yield f"<text class='axis' x='{LEFT + (number + 0.5) * _STEP:.1f}' y='{y}' text-anchor='middle'>{number}</text>"


def _title(number: int, hour: Hour) -> str:
    when = f"{number}:00 to {number + 1}:00"
    if hour.rate is None:
        return f"{when}: not watched"
    share = compliance(hour.counts)
    worn = "" if share is None else f", {share:.0%} {WORDS['with_mask']}"
    return f"{when}: {hour.rate:.3g} people per hour of watching{worn}"
