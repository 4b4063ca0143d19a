from __future__ import annotations

import random

import pytest

from maskwatch.sources.frame_rate import FrameRateLimiter


def test_without_a_limit_everything_is_kept() -> None:
    thinning = FrameRateLimiter(None)
    assert all(thinning.keeps(number / 60) for number in range(100))


@pytest.mark.parametrize(
    ("rate", "fps", "kept"), [(60, 10, 100), (25, 10, 100), (30, 29, 290), (10, 10, 100), (5, 10, 50)]
)
def test_so_many_a_second_are_kept(rate: int, fps: int, kept: int) -> None:
    thinning = FrameRateLimiter(fps)
    assert sum(thinning.keeps(number / rate) for number in range(10 * rate)) == pytest.approx(kept, rel=0.02)


def test_frames_that_come_a_little_unevenly_at_the_limit_are_kept() -> None:
    chance, thinning = random.Random(0), FrameRateLimiter(10)
    times = [number / 10 + chance.uniform(-0.01, 0.01) for number in range(200)]
    assert all(thinning.keeps(time_s) for time_s in times)


def test_after_a_gap_there_is_no_burst() -> None:
    thinning = FrameRateLimiter(10)
    assert thinning.keeps(0.0)
    assert sum(thinning.keeps(100 + number / 100) for number in range(100)) <= 11
