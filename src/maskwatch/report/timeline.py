"""The chart of one location over time, as SVG: share of each state, number of people, outages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from html import escape

from maskwatch.detections import REPORTED_STATES
from maskwatch.report.facts import Interval, Outage
from maskwatch.styles import WORDS

WIDTH, LEFT, RIGHT = 960, 46, 8
_SHARE_TOP, _SHARE_HEIGHT = 10, 110
_PEOPLE_TOP, _PEOPLE_HEIGHT = 134, 46
_BOTTOM = 200
_TICKS_S = (300, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2592000)
_MAX_TICKS = 9
_DAY_S = 86400


def timeline(bars: Sequence[Interval], outages: Sequence[Outage], start: float, end: float) -> str:
    """An SVG element; the page's style sheet gives it its colours.

    The upper strip shows the share of each state, empty where there were no people; the lower strip shows the number
    of people. Times without frames are hatched.
    """
    scale = _Scale(start, end)
    most = max((bar.people for bar in bars), default=0)
    parts = [
        f"<svg viewBox='0 0 {WIDTH} {_BOTTOM + 20}' role='img' aria-label='Share of each state and people over time'>",
        *_frame(most),
        *_unwatched(bars, scale),
        *(part for bar in bars if bar.people for part in _bar(bar, scale, most)),
        *_outages(outages, scale),
        *_ticks(scale),
        "</svg>",
    ]
    return "\n".join(parts)


class _Scale:
    """Maps Unix time to pixels."""

    def __init__(self, start: float, end: float) -> None:
        self.start, self.end = start, max(end, start + 1)

    def x(self, at: float) -> float:
        share = (min(max(at, self.start), self.end) - self.start) / (self.end - self.start)
        return LEFT + share * (WIDTH - LEFT - RIGHT)


def _frame(most: int) -> Iterator[str]:
    for share, text in ((0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")):
        y = _SHARE_TOP + (1 - share) * _SHARE_HEIGHT
        yield f"<line class='grid' x1='{LEFT}' x2='{WIDTH - RIGHT}' y1='{y:.0f}' y2='{y:.0f}'/>"
        yield f"<text class='axis' x='{LEFT - 5}' y='{y + 4:.0f}' text-anchor='end'>{text}</text>"
    base = _PEOPLE_TOP + _PEOPLE_HEIGHT
    yield f"<line class='grid' x1='{LEFT}' x2='{WIDTH - RIGHT}' y1='{base}' y2='{base}'/>"
    yield f"<text class='axis' x='{LEFT - 5}' y='{_PEOPLE_TOP + 8}' text-anchor='end'>{most}</text>"
    yield f"<text class='axis' x='{LEFT - 5}' y='{base}' text-anchor='end'>people</text>"


def _bar(bar: Interval, scale: _Scale, most: int) -> Iterator[str]:
    left, right = scale.x(bar.start), scale.x(bar.end)
    width = max(right - left - (1 if right - left > 3 else 0), 0.5)
    words = ", ".join(f"{bar.counts[name]} {WORDS[name]}" for name in REPORTED_STATES)
    yield f"<g><title>{escape(f'{clock(bar.start)} to {clock(bar.end)}: {words}')}</title>"
    y = float(_SHARE_TOP + _SHARE_HEIGHT)
    for name in REPORTED_STATES:
        height = bar.counts[name] / bar.people * _SHARE_HEIGHT
        y -= height
        if height:
            yield f"<rect class='{name}' x='{left:.1f}' y='{y:.1f}' width='{width:.1f}' height='{height:.1f}'/>"
    height = bar.people / most * _PEOPLE_HEIGHT
    y = _PEOPLE_TOP + _PEOPLE_HEIGHT - height
    yield f"<rect class='people' x='{left:.1f}' y='{y:.1f}' width='{width:.1f}' height='{height:.1f}'/></g>"


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


def clock(at: float) -> str:
    """Local date and time of a Unix time, to the minute."""
    return datetime.fromtimestamp(at).strftime("%a %d %b %Y %H:%M")
