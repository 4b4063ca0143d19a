"""People are counted once in an interval, with the state that they were in for most of the time."""

from __future__ import annotations

from maskwatch.detections import Detections
from maskwatch.watch.rules.counts import IntervalCounts, PeopleCount
from watched_people import MASKED, UNMASKED, people, settings

WALL = 1_790_000_100.0  # the beginning of a whole interval of 300 s


class Scene:
    def __init__(self) -> None:
        self.counts = IntervalCounts(settings())
        self.wall_time, self.time_s = WALL, 0.0
        self.noted: dict[tuple[str | None, float], PeopleCount] = {}

    def play(self, seconds: float, faces: Detections) -> None:
        for _ in range(round(seconds * 10)):
            self.wall_time, self.time_s = self.wall_time + 0.1, self.time_s + 0.1
            self.note(self.counts.update("door", self.wall_time, self.time_s, faces, 100, 100))

    def note(self, counts: list[PeopleCount]) -> None:
        self.noted |= {(count.zone, count.interval_start): count for count in counts}

    def counts(self, start: float = WALL, zone: str | None = None) -> tuple[int, int]:
        self.note(self.counts.flush())
        found = self.noted[zone, start].counts
        assert found["worn_incorrectly"] == 0
        return found["with_mask"], found["without_mask"]


def test_people_count_once_whatever_the_number_of_frames() -> None:
    scene = Scene()
    scene.play(60, people((1, MASKED)))
    scene.play(2, people((2, UNMASKED), (3, MASKED)))
    assert scene.counts() == (2, 1)


def test_the_state_of_most_of_the_time_counts() -> None:
    scene = Scene()
    scene.play(5, people((1, UNMASKED)))
    scene.play(20, people((1, MASKED)))
    scene.play(5, people((1, UNMASKED)))
    assert scene.counts() == (1, 0)


def test_a_face_seen_twice_is_nobody() -> None:
    scene = Scene()
    scene.play(0.2, people((1, UNMASKED)))
    assert scene.counts() == (0, 0)


def test_zones_count_their_own() -> None:
    scene = Scene()
    scene.play(2, people((1, UNMASKED), x=20))
    scene.play(2, people((2, MASKED), x=80))
    assert scene.counts(zone=None) == (1, 1)
    assert scene.counts(zone="left") == (0, 1)


def test_each_interval_counts_anew() -> None:
    scene = Scene()
    scene.play(310, people((1, UNMASKED)))
    assert scene.counts(WALL) == (0, 1)
    assert scene.counts(WALL + 300) == (0, 1)
    assert scene.noted[None, WALL].interval_s == 300


def test_counts_are_noted_every_ten_seconds_so_that_a_kill_loses_little() -> None:
    scene = Scene()
    scene.play(10.5, people((1, UNMASKED)))
    assert scene.noted[None, WALL].counts["without_mask"] == 1


def test_a_clock_set_back_takes_nothing_away() -> None:
    scene = Scene()
    scene.play(5, people((1, UNMASKED)))
    scene.wall_time -= 30
    scene.play(5, people((2, UNMASKED)))
    assert scene.counts() == (0, 2)
    scene.wall_time -= 3600
    scene.play(5, people((3, UNMASKED)))
    scene.counts()
    assert scene.noted[None, WALL].counts["without_mask"] == 2
    assert sum(count.counts["without_mask"] for (zone, _), count in scene.noted.items() if zone is None) == 3
