from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from history import HOUR, INTERVAL_S, START, write_history
from maskwatch.errors import UsageError
from maskwatch.report import read_facts, report_page
from maskwatch.report.aggregate import bin_length, by_hour, by_weekday_and_hour, resample
from maskwatch.report.facts import Interval, Location, compliance, total
from maskwatch.report.read import find_outages, live_spans, unrecorded
from maskwatch.report.summary import summary_lines
from maskwatch.watch.cameras.state import CameraState
from maskwatch.watch.events import Event
from maskwatch.watch.store import EventStore, PeopleCount


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_history(tmp_path_factory.mktemp("history") / "events.sqlite")


class Elements(HTMLParser):
    """The elements of a page: those left open, their counts, and the addresses they load."""

    VOID = ("meta", "br", "img", "input", "th", "td", "tr", "rect", "line")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.counts: dict[str, int] = {}
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.counts[tag] = self.counts.get(tag, 0) + 1
        self.loads += [value or "" for name, value in attributes if name in ("src", "href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_a_report_has_the_facts_of_the_history(history: Path) -> None:
    facts = read_facts(history)
    assert facts.start == START + 7 * HOUR - 1
    assert facts.end == START + 2 * 24 * HOUR + 19 * HOUR
    assert set(facts.intervals) == {Location("ward"), Location("door"), Location("door", "counter")}
    assert facts.watched_s(Location("door")) == pytest.approx(3 * 12 * HOUR)
    assert facts.watched_s(Location("ward")) == pytest.approx(3 * 12 * HOUR - 1.5 * HOUR)
    assert [(one.duration_s, one.people, one.ended) for one in facts.incidents] == [
        (40.0, 2, True),
        (100.0, 2, True),
        (160.0, 2, True),
    ]


def test_an_outage_has_its_reason_and_no_counts(history: Path) -> None:
    facts = read_facts(history, until=START + 24 * HOUR)
    (lost,) = [outage for outage in facts.outages if outage.reason.startswith("no route")]
    assert (lost.camera, lost.start, lost.end) == ("ward", START + 10 * HOUR, START + 11.5 * HOUR)
    during = [one for one in facts.intervals[Location("ward")] if lost.start <= one.start < START + 11.5 * HOUR]
    assert during == []


def test_a_stopped_watch_is_distinguished_from_a_lost_camera(history: Path) -> None:
    reasons = [outage.reason for outage in read_facts(history).outages if outage.camera == "door"]
    assert reasons == ["MaskWatch was not running"] * 2


def test_the_page_is_complete_and_loads_nothing(history: Path) -> None:
    page = report_page(read_facts(history))
    elements = Elements()
    elements.feed(page)
    assert elements.open == []
    assert elements.loads == []
    assert elements.counts["svg"] == 1 + 3 + 2  # hatching, three places, hours of day and week
    assert "script" not in elements.counts
    assert "@import" not in page
    assert "url(" not in page.replace("url(#hatch)", "")
    assert "no route to host" in page


def test_names_from_the_history_are_escaped(tmp_path: Path) -> None:
    store = EventStore(tmp_path / "e.sqlite")
    script = "<script>alert(1)</script>"
    store.append(
        [Event.of_camera("door", CameraState.live, START), Event("new", script, "door", script, START, START + 5)]
    )
    store.append([Event.of_camera("door", CameraState.retrying, START + 60, script)])
    store.append([Event.of_camera("door", CameraState.live, START + 90)])
    counts = {"with_mask": 1, "worn_incorrectly": 0, "without_mask": 0}
    store.add_count(PeopleCount("door", None, START, 300, counts))
    store.close()
    assert "<script" not in report_page(read_facts(tmp_path / "e.sqlite"))


def test_compliance_agrees_with_the_counts(history: Path) -> None:
    facts = read_facts(history)
    counts = total(facts.intervals[Location("ward")])
    share = compliance(counts)
    assert share == counts["with_mask"] / sum(counts.values())
    assert f"{100 * share:.1f} % mask worn" in report_page(facts)
    assert compliance(dict.fromkeys(counts, 0)) is None


def test_uncertain_people_are_counted_but_not_part_of_the_compliance(tmp_path: Path) -> None:
    counts = {"with_mask": 3, "worn_incorrectly": 0, "without_mask": 1, "uncertain": 2}
    assert compliance(counts) == 0.75
    assert compliance({**dict.fromkeys(counts, 0), "uncertain": 2}) is None
    store = EventStore(tmp_path / "e.sqlite")
    store.add_count(PeopleCount("door", None, START, 300, counts))
    store.close()
    facts = read_facts(tmp_path / "e.sqlite")
    assert "6 people, 75.0 % mask worn, 2 uncertain" in "\n".join(summary_lines(facts))
    page = report_page(facts)
    assert "<b>2</b><span>of them: uncertain</span>" in page
    assert "rect.uncertain" in page


def test_every_person_is_in_one_bar(history: Path) -> None:
    facts = read_facts(history)
    intervals = facts.intervals[Location("door")]
    length = bin_length(facts.start, facts.end)
    bars = resample(intervals, facts.start, facts.end, length)
    assert total(bars) == total(intervals)
    assert len(bars) <= 121
    assert sum(bar.watched_s for bar in bars) == pytest.approx(facts.watched_s(Location("door")))
    assert total([Interval(0, 1, hour.counts, 0) for hour in by_hour(intervals)]) == total(intervals)
    week = by_weekday_and_hour(intervals)
    assert week[0][8].rate is not None
    assert week[0][3].rate is None
    assert week[4][8].rate is None
    assert week[0][8].watched_s == pytest.approx(HOUR)


def test_the_gap_of_a_killed_watch_is_an_outage() -> None:
    def interval(start: float) -> Interval:
        return Interval(start, start + INTERVAL_S, {}, INTERVAL_S)

    intervals = [interval(START), interval(START + INTERVAL_S), interval(START + HOUR)]
    (gap,) = unrecorded("door", intervals, [])
    assert (gap.start, gap.end) == (START + 2 * INTERVAL_S, START + HOUR)
    assert unrecorded("door", intervals, [gap]) == []


def test_a_camera_that_never_came_back_and_one_that_connected_at_once() -> None:
    def change(state: CameraState, at: float, reason: str = "") -> Event:
        return Event.of_camera("door", state, at, reason)

    down = [
        change(CameraState.live, 0),
        change(CameraState.stalled, 10, "silent"),
        change(CameraState.retrying, 11, "x"),
    ]
    (outage,) = find_outages("door", down, 100)
    assert (outage.start, outage.end, outage.reason) == (10, None, "silent")
    assert live_spans(down, 100) == [(float("-inf"), 0), (0, 10)]
    at_once = [change(CameraState.connecting, 0), change(CameraState.live, 0.5)]
    assert find_outages("door", at_once, 100) == []
    assert live_spans(at_once, 100) == [(0.5, 100)]


def test_an_empty_or_missing_history_is_an_error(tmp_path: Path) -> None:
    EventStore(tmp_path / "empty.sqlite").close()
    with pytest.raises(UsageError, match="nothing has been written yet"):
        read_facts(tmp_path / "empty.sqlite")
    with pytest.raises(UsageError, match="no such file"):
        read_facts(tmp_path / "none.sqlite")
    (tmp_path / "text").write_text("something else, and longer than the header of a database would be" * 20)
    with pytest.raises(UsageError, match="does not hold MaskWatch events"):
        read_facts(tmp_path / "text")


def test_a_period_outside_the_history_is_an_error(history: Path) -> None:
    with pytest.raises(UsageError, match="--since and --until"):
        read_facts(history, since=START + 1000 * HOUR)


def test_states_have_the_colours_of_the_images(history: Path) -> None:
    page = report_page(read_facts(history))
    assert re.search(r"rect\.without_mask \{ fill: rgb\(200, 16, 46\)", page)
