from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from maskwatch.boxes import iou
from maskwatch.track import TrackOptions
from maskwatch.track.association import associate, distance_iou, size_likeness
from maskwatch.track.motion import BoxMotion


def boxes(*centres: tuple[float, float], size: float = 20) -> np.ndarray:
    corners = [[x - size / 2, y - size / 2, x + size / 2, y + size / 2] for x, y in centres]
    return np.array(corners, np.float32).reshape(-1, 4)


def motions(xyxy: np.ndarray, seconds: float = 0.1) -> list[BoxMotion]:
    made = [BoxMotion(box, TrackOptions()) for box in xyxy]
    for motion in made:
        motion.predict(seconds)
    return made


def test_distance_iou_of_known_boxes() -> None:
    a = boxes((0, 0))
    assert distance_iou(a, a)[0, 0] == pytest.approx(1)
    # side by side: no overlap, centres 20 apart, hull 40 x 20
    assert distance_iou(a, boxes((20, 0)))[0, 0] == pytest.approx(-400 / 2000)
    assert distance_iou(a, boxes((1e6, 0)))[0, 0] == pytest.approx(-1, abs=1e-3)
    assert distance_iou(a, boxes((10, 0)))[0, 0] == pytest.approx(1 / 3 - 100 / 1300)


def test_distance_iou_is_below_iou_and_orders_what_does_not_overlap() -> None:
    chance = np.random.default_rng(0)
    a, b = (boxes(*chance.uniform(0, 60, (8, 2))) for _ in range(2))
    assert (distance_iou(a, b) <= iou(a, b) + 1e-6).all()
    near, far = distance_iou(boxes((0, 0)), boxes((30, 0), (50, 0)))[0]
    assert near > far


def test_best_sum_of_all_pairings() -> None:
    chance = np.random.default_rng(1)
    for _ in range(40):
        n, m = (int(count) for count in chance.integers(1, 6, 2))
        known, faces = boxes(*chance.uniform(0, 50, (n, 2))), boxes(*chance.uniform(0, 50, (m, 2)))
        pairs = associate(motions(known), faces, TrackOptions(gate=1e9), lowest_overlap=-0.3)
        gain = np.maximum(distance_iou(known, faces) + 0.3, 0)
        table = gain if n <= m else gain.T
        best = max(sum(table[i, j] for i, j in enumerate(order)) for order in permutations(range(max(n, m)), min(n, m)))
        assert sum(gain[i, j] for i, j in pairs) == pytest.approx(best, abs=1e-5)
        assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)


def test_too_far_is_nobody() -> None:
    known = motions(boxes((0, 0)))
    assert associate(known, boxes((4, 0)), TrackOptions(gate=9.21), lowest_overlap=-0.4) == [(0, 0)]
    assert associate(known, boxes((200, 0)), TrackOptions(gate=9.21), lowest_overlap=-0.4) == []
    assert associate(known, boxes((15, 0)), TrackOptions(gate=9.21), lowest_overlap=0.5) == []


def test_the_gate_opens_with_time() -> None:
    there = boxes((25, 0))
    assert associate(motions(boxes((0, 0)), 0.03), there, TrackOptions(gate=9.21), lowest_overlap=-0.4) == []
    assert associate(motions(boxes((0, 0)), 0.6), there, TrackOptions(gate=9.21), lowest_overlap=-0.4) == [(0, 0)]


def test_nobody_and_nothing() -> None:
    assert associate([], boxes((0, 0)), TrackOptions(gate=1), lowest_overlap=0) == []
    assert associate(motions(boxes((0, 0))), boxes(), TrackOptions(gate=1), lowest_overlap=0) == []


def test_size_likeness_of_known_boxes() -> None:
    square = boxes((0, 0))
    assert size_likeness(square, boxes((500, 9)))[0, 0] == pytest.approx(1)
    assert size_likeness(square, boxes((0, 0), size=40))[0, 0] == pytest.approx(0.25)
    assert size_likeness(square, square * [0.5, 1, 0.5, 1])[0, 0] == pytest.approx(0.5)


def test_a_face_of_quite_another_size_is_somebody_else() -> None:
    known = motions(boxes((0, 0)))
    assert associate(known, boxes((2, 0), size=24), TrackOptions(), lowest_overlap=-0.5) == [(0, 0)]
    assert associate(known, boxes((2, 0), size=44), TrackOptions(), lowest_overlap=-0.5) == []
