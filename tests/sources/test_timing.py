from __future__ import annotations

import random
import threading
import time
from itertools import pairwise

import pytest

from maskwatch.sources.timing import FrameRateLimiter, LiveClock, Pacer


def test_times_begin_at_zero_and_keep_their_intervals() -> None:
    clock = LiveClock()
    times = [clock.time_of(5000 + number / 25, 77 + number / 25) for number in range(50)]
    assert times == pytest.approx([number / 25 for number in range(50)])


def test_without_a_clock_the_time_of_arrival_counts() -> None:
    clock = LiveClock()
    assert [clock.time_of(None, at) for at in (10.0, 10.5, 12.0)] == [0.0, 0.5, 2.0]


def test_a_network_burst_does_not_distort_the_intervals() -> None:
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


def test_a_drifting_clock_is_kept_close_to_arrival() -> None:
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


def test_frames_are_paced() -> None:
    pacer = Pacer(threading.Event())
    began = time.monotonic()
    for number in range(6):
        pacer.wait(100 + number / 25)
    assert time.monotonic() - began >= 0.2


class Waits(threading.Event):
    """Records the time-outs of `wait` calls and returns at once."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.asked.append(timeout)
        return False


def test_a_late_reader_does_not_wait() -> None:
    stop = Waits()
    pacer = Pacer(stop)
    pacer.wait(0.0)
    time.sleep(0.3)
    for due in (0.1, 0.2):
        pacer.wait(due)
    assert stop.asked == []


def test_a_clock_that_goes_back_or_jumps_does_not_wait() -> None:
    stop = Waits()
    pacer = Pacer(stop)
    for media_s in (1000.0, 3.0, 5000.0):
        pacer.wait(media_s)
    assert stop.asked == []


def test_stopping_ends_the_wait() -> None:
    stop = threading.Event()
    pacer = Pacer(stop)
    pacer.wait(0.0)
    stop.set()
    before = time.monotonic()
    pacer.wait(20.0)
    assert time.monotonic() - before < 5


def test_without_a_limit_every_frame_passes() -> None:
    limiter = FrameRateLimiter(None)
    assert all(limiter.passes(number / 60) for number in range(100))


@pytest.mark.parametrize(
    ("rate", "fps", "passed"), [(60, 10, 100), (25, 10, 100), (30, 29, 290), (10, 10, 100), (5, 10, 50)]
)
def test_fps_frames_per_second_pass(rate: int, fps: int, passed: int) -> None:
    limiter = FrameRateLimiter(fps)
    assert sum(limiter.passes(number / rate) for number in range(10 * rate)) == pytest.approx(passed, rel=0.02)


def test_a_source_that_runs_unevenly_at_the_limit_loses_no_frame() -> None:
    chance, limiter = random.Random(0), FrameRateLimiter(10)
    times = [number / 10 + chance.uniform(-0.01, 0.01) for number in range(200)]
    assert all(limiter.passes(time_s) for time_s in times)


def test_after_a_gap_there_is_no_burst() -> None:
    limiter = FrameRateLimiter(10)
    assert limiter.passes(0.0)
    assert sum(limiter.passes(100 + number / 100) for number in range(100)) <= 11
