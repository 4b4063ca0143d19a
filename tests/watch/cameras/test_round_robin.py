from __future__ import annotations

from collections import Counter

import numpy as np

from maskwatch.frames import Frame
from maskwatch.watch.cameras.camera import Captured
from maskwatch.watch.cameras.group import RoundRobin


class Ready:
    """A camera that has a new frame in every n-th round."""

    def __init__(self, name: str, every: int = 1) -> None:
        self.name, self.every, self.asked = name, every, 0

    def take(self) -> Captured | None:
        self.asked += 1
        if self.every == 0 or self.asked % self.every:
            return None
        frame = Frame(np.zeros((2, 2, 3), np.uint8), self.asked, 0.0, self.name)
        return Captured(self.name, frame, 0.0, 0.0)


def taken(turns: RoundRobin, rounds: int) -> Counter[str]:
    found = (turns.take() for _ in range(rounds))
    return Counter(captured.camera for captured in found if captured is not None)


def test_cameras_that_always_have_a_frame_get_equal_turns() -> None:
    assert taken(RoundRobin([Ready("a"), Ready("b"), Ready("c")]), 300) == {"a": 100, "b": 100, "c": 100}


def test_a_dead_camera_costs_the_others_nothing() -> None:
    assert taken(RoundRobin([Ready("a"), Ready("dead", 0), Ready("b")]), 300) == {"a": 150, "b": 150}


def test_a_slow_camera_is_not_starved_by_fast_ones() -> None:
    slow = Ready("slow", 3)
    counts = taken(RoundRobin([Ready("a"), slow, Ready("b")]), 300)
    assert counts["slow"] >= slow.asked // 3
    assert abs(counts["a"] - counts["b"]) <= counts["slow"]


def test_without_new_frames_there_is_none() -> None:
    assert RoundRobin([Ready("a", 0), Ready("b", 0)]).take() is None
    assert RoundRobin([]).take() is None
