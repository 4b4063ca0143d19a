from __future__ import annotations

import random
from itertools import pairwise

import pytest

from maskwatch.sources.streams.clock import LiveClock


def test_times_begin_at_zero_and_keep_their_distances() -> None:
    clock = LiveClock()
    times = [clock.time_of(5000 + number / 25, 77 + number / 25) for number in range(50)]
    assert times == pytest.approx([number / 25 for number in range(50)])


def test_without_a_clock_of_its_own_arrival_counts() -> None:
    clock = LiveClock()
    assert [clock.time_of(None, at) for at in (10.0, 10.5, 12.0)] == [0.0, 0.5, 2.0]


def test_a_burst_on_the_way_does_not_disturb_the_distances() -> None:
    clock = LiveClock()
    clock.time_of(0.0, 100.0)
    burst = [clock.time_of(number / 25, 100.9) for number in range(1, 20)]
    assert all(0.035 < after - before < 0.055 for before, after in pairwise(burst))


@pytest.mark.parametrize("jump_s", [-3600.0, -0.5, 40.0, 95443.7])
def test_a_clock_that_jumps(jump_s: float) -> None:
    clock = LiveClock()
    times = [clock.time_of(9000 + n / 25 + (jump_s if n >= 50 else 0), 5 + n / 25) for n in range(200)]
    assert all(0 < after - before < 0.1 for before, after in pairwise(times))
    assert times[-1] == pytest.approx(199 / 25, abs=0.05)


def test_a_new_connection_goes_on_where_the_time_is() -> None:
    clock = LiveClock()
    clock.time_of(50.0, 1000.0)
    clock.begin()
    assert clock.time_of(0.0, 1030.0) == pytest.approx(30.0)
    assert clock.time_of(0.04, 1030.04) == pytest.approx(30.04, abs=0.001)


def test_a_clock_that_drifts_is_held_near_arrival() -> None:
    clock = LiveClock()
    times = [clock.time_of(n / 25 * 1.01, n / 25) for n in range(25 * 600)]
    assert all(after > before for before, after in pairwise(times))
    assert abs(times[-1] - 599.96) < 0.1


def test_no_clock_however_wild_makes_time_go_back() -> None:
    chance = random.Random(1)
    clock, at, times = LiveClock(), 0.0, []
    for _ in range(2000):
        at += chance.choice([0.0, 0.04, 5.0])
        times.append(clock.time_of(chance.choice([None, chance.uniform(-1e6, 1e6), at]), at))
    assert all(after > before for before, after in pairwise(times))
