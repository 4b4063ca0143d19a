from __future__ import annotations

import numpy as np
import pytest

from maskwatch.track import TrackOptions
from maskwatch.track.motion import BoxMotion, centre_size


def box(x: float, y: float, width: float = 40, height: float = 50) -> np.ndarray:
    return np.array([x - width / 2, y - height / 2, x + width / 2, y + height / 2], np.float32)


def walked(fps: float, seconds: float = 2.0, speed: float = 60, noise: float = 0.0) -> BoxMotion:
    """The motion of a face that goes right at ``speed`` pixels a second and is at x = 0 now."""
    chance = np.random.default_rng(5)
    steps = round(seconds * fps)
    motion = BoxMotion(box(-speed * seconds, 100), TrackOptions())
    for step in range(1, steps + 1):
        motion.predict(1 / fps)
        jump = chance.normal(0, noise, 2) if noise else (0, 0)
        motion.update(box(-speed * seconds + speed * step / fps + jump[0], 100 + jump[1]))
    return motion


def test_centre_and_size() -> None:
    assert centre_size(np.array([10, 20, 30, 60])).tolist() == [20, 40, 20, 40]
    assert centre_size(np.array([[0, 0, 2, 4]])).tolist() == [[1, 2, 2, 4]]


def test_begins_at_the_first_box_and_stays_there() -> None:
    motion = BoxMotion(box(7, 8), TrackOptions())
    motion.predict(0.5)
    assert motion.xyxy == pytest.approx(box(7, 8))


@pytest.mark.parametrize("fps", [5, 10, 30])
def test_learns_the_speed_at_any_frame_rate(fps: float) -> None:
    motion = walked(fps)
    assert motion.speed[0] == pytest.approx(60, rel=0.08)
    assert motion.speed[1:] == pytest.approx(np.zeros(3), abs=0.1)
    motion.predict(0.2)
    assert centre_size(motion.xyxy)[0] == pytest.approx(12, abs=1.5)


def test_who_is_not_seen_slows_down() -> None:
    motion = walked(15)
    motion.predict(100.0)
    assert 100 < centre_size(motion.xyxy)[0] < 60 * TrackOptions().speed_memory_s * 1.05
    assert motion.speed[0] == pytest.approx(0, abs=1e-6)


def test_many_short_waits_equal_a_long_one() -> None:
    one, many = walked(15), walked(15)
    one.predict(0.6)
    for _ in range(60):
        many.predict(0.01)
    assert many.xyxy == pytest.approx(one.xyxy, rel=1e-6)
    there = np.stack([box(60, 100), box(30, 140)])
    assert many.distance(there) == pytest.approx(one.distance(there), rel=0.1)


def test_noise_is_smoothed() -> None:
    motion = walked(30, noise=2.4)
    assert np.abs(centre_size(motion.xyxy)[:2] - [0, 100]).max() < 2.4


def test_uncertainty_grows_with_time_and_shrinks_when_seen() -> None:
    motion = walked(15)
    aside = box(0, 130)[None]
    now = motion.distance(aside)[0]
    motion.predict(0.5)
    moved = box(centre_size(motion.xyxy)[0], 130)[None]
    later = motion.distance(moved)[0]
    motion.update(motion.xyxy)
    assert later < now / 3
    assert motion.distance(moved)[0] > later


def test_scale_does_not_matter() -> None:
    near, far = (BoxMotion(box(0, 0) * scale, TrackOptions()) for scale in (1.0, 10.0))
    for motion in (near, far):
        motion.predict(0.2)
    assert far.distance(box(20, 0)[None] * 10) == pytest.approx(near.distance(box(20, 0)[None]), rel=0.01)


def test_a_box_never_turns_inside_out() -> None:
    motion = BoxMotion(box(50, 50, 40, 40), TrackOptions())
    for size in (30, 20, 10, 4):
        motion.predict(0.05)
        motion.update(box(50, 50, size, size))
    motion.predict(5.0)
    assert (centre_size(motion.xyxy)[2:] >= 1 - 1e-4).all()


def test_a_box_without_area_is_survived() -> None:
    motion = BoxMotion(np.array([5, 5, 5, 5], np.float32), TrackOptions())
    motion.predict(0.1)
    motion.update(box(5, 5))
    assert np.isfinite(motion.xyxy).all()


def test_a_face_that_goes_behind_something_is_not_thought_to_shrink_away() -> None:
    motion = walked(15)
    for step in range(1, 7):  # the right edge stands still at the edge of what hides it
        motion.predict(1 / 15)
        motion.update(box(2 * step, 100, width=40 - 4 * step), confidence=0.5)
    motion.predict(1.0)
    x, _, width, _ = centre_size(motion.xyxy)
    assert width > 18  # 16 was seen last
    assert x > 14  # 12 was seen last


def test_an_unsure_box_is_believed_less() -> None:
    sure, ambiguous = walked(15), walked(15)
    for motion, confidence in ((sure, 0.9), (ambiguous, 0.2)):
        motion.predict(1 / 15)
        motion.update(box(20, 100), confidence)
    assert centre_size(ambiguous.xyxy)[0] < centre_size(sure.xyxy)[0] - 4


@pytest.mark.parametrize("growth", [0.4, 1.0])
def test_somebody_who_comes_nearer_grows(growth: float) -> None:
    motion = BoxMotion(box(100, 100), TrackOptions())
    for step in range(1, 31):
        scale = 1 + growth * step / 15
        motion.predict(1 / 15)
        motion.update(box(100, 100, 40 * scale, 50 * scale))
    assert centre_size(motion.xyxy)[2:] == pytest.approx([40 * scale, 50 * scale], rel=0.12)
