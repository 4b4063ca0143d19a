"""People are counted once per interval, in the state they were in for most of the time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from maskwatch.detections import Detections
from maskwatch.watch.rules.counts import IntervalCounts
from maskwatch.watch.store import PeopleCount
from watched_people import MASKED, UNMASKED, people, settings

WALL_TIME = 1_790_000_100.0  # the start of a whole interval of 300 s


class Scene:
    """Plays people to the counter, ten frames a second; ``saved`` holds the newest count of each interval."""

    def __init__(self) -> None:
        self.counter = IntervalCounts(settings())
        self.wall_time, self.time_s = WALL_TIME, 0.0
        self.saved: dict[tuple[str | None, float], PeopleCount] = {}

    def play(self, seconds: float, faces: Detections) -> None:
        for _ in range(round(seconds * 10)):
            self.wall_time, self.time_s = self.wall_time + 0.1, self.time_s + 0.1
            self.save(self.counter.update("door", self.wall_time, self.time_s, faces, 100, 100))

    def save(self, counts: list[PeopleCount]) -> None:
        self.saved |= {(count.zone, count.start): count for count in counts}

    def counts(self, start: float = WALL_TIME, zone: str | None = None) -> tuple[int, int]:
        """People with and without a mask."""
        self.save(self.counter.flush())
        found = self.saved[zone, start].counts
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


def test_a_person_who_is_uncertain_most_of_the_time_counts_as_uncertain_only() -> None:
    scene, one = Scene(), people((1, MASKED))
    unsure = replace(one, state_scores=np.array([[0.5, 0.1, 0.4]], np.float32), ambiguity_margin=0.3)
    scene.play(5, one)
    scene.play(6, unsure)
    scene.save(scene.counter.flush())
    found = scene.saved[None, WALL_TIME].counts
    assert found == {"with_mask": 0, "worn_incorrectly": 0, "without_mask": 0, "uncertain": 1}


def test_a_track_of_two_detections_is_not_counted() -> None:
    scene = Scene()
    scene.play(0.2, people((1, UNMASKED)))
    assert scene.counts() == (0, 0)


def test_zones_have_counts_of_their_own() -> None:
    scene = Scene()
    scene.play(2, people((1, UNMASKED), x=20))
    scene.play(2, people((2, MASKED), x=80))
    assert scene.counts(zone=None) == (1, 1)
    assert scene.counts(zone="left") == (0, 1)


def test_each_interval_counts_everyone_again() -> None:
    scene = Scene()
    scene.play(310, people((1, UNMASKED)))
    assert scene.counts(WALL_TIME) == (0, 1)
    assert scene.counts(WALL_TIME + 300) == (0, 1)
    assert scene.saved[None, WALL_TIME].length_s == 300


def test_counts_are_saved_every_ten_seconds_so_that_a_kill_loses_little() -> None:
    scene = Scene()
    scene.play(10.5, people((1, UNMASKED)))
    assert scene.saved[None, WALL_TIME].counts["without_mask"] == 1


def test_setting_the_clock_back_loses_no_counts() -> None:
    scene = Scene()
    scene.play(5, people((1, UNMASKED)))
    scene.wall_time -= 30
    scene.play(5, people((2, UNMASKED)))
    assert scene.counts() == (0, 2)
    scene.wall_time -= 3600
    scene.play(5, people((3, UNMASKED)))
    scene.save(scene.counter.flush())
    assert scene.saved[None, WALL_TIME].counts["without_mask"] == 2
    assert sum(count.counts["without_mask"] for (zone, _), count in scene.saved.items() if zone is None) == 3
