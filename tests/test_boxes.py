from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwatch.boxes import Letterbox, area, clip, crop_box, iou, nms, shorter_side


def boxes(*rows: tuple[float, float, float, float]) -> np.ndarray:
    return np.array(rows, np.float32).reshape(-1, 4)


def test_iou_of_known_boxes() -> None:
    a = boxes((0, 0, 10, 10), (0, 0, 0, 0))
    b = boxes((0, 0, 10, 10), (5, 0, 15, 10), (20, 20, 30, 30))
    assert iou(a, b) == pytest.approx(np.array([[1, 1 / 3, 0], [0, 0, 0]]), abs=1e-6)


def test_area_of_swapped_corners_is_zero() -> None:
    assert area(boxes((10, 10, 0, 0), (0, 0, 2, 3))).tolist() == [0, 6]


def test_shorter_side_is_the_face_size() -> None:
    assert shorter_side(boxes((0, 0, 20, 30), (5, 5, 45, 10))).tolist() == [20, 5]


def test_nms_keeps_the_best_of_a_cluster_and_everything_apart() -> None:
    b = boxes((0, 0, 10, 10), (1, 0, 11, 10), (50, 50, 60, 60))
    assert nms(b, np.array([0.6, 0.9, 0.3], np.float32), 0.5).tolist() == [1, 2]


def test_nms_of_nothing() -> None:
    assert nms(boxes(), np.zeros(0, np.float32), 0.5).tolist() == []


@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_nms_agrees_with_its_definition(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    corner = rng.uniform(0, 50, (count, 2))
    b = np.concatenate([corner, corner + rng.uniform(5, 30, (count, 2))], axis=1).astype(np.float32)
    scores = rng.permutation(count).astype(np.float32)
    kept = nms(b, scores, 0.4)
    overlaps = iou(b[kept], b[kept]) - np.eye(len(kept))
    assert overlaps.max(initial=0) <= 0.4 + 1e-6
    for dropped in set(range(count)) - set(kept.tolist()):
        better = kept[scores[kept] > scores[dropped]]
        assert iou(b[[dropped]], b[better]).max() > 0.4 - 1e-6


def test_clip_cuts_at_the_image() -> None:
    assert clip(boxes((-5, -5, 200, 50)), 100, 40).tolist() == [[0, 0, 100, 40]]


@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(64, 1024))
def test_letterbox_fits_and_inverts(width: int, height: int, longest: int) -> None:
    box = Letterbox.fit(width, height, longest, 32)
    assert max(box.content_width, box.content_height) == longest
    assert box.width % 32 == box.height % 32 == 0
    assert 0 <= box.width - box.content_width < 32
    whole = boxes((0, 0, box.content_width, box.content_height))
    assert box.invert(whole, width, height) == pytest.approx(boxes((0, 0, width, height)), rel=1e-5)


@pytest.mark.parametrize(
    ("box", "options", "expected"),
    [
        ((40, 40, 60, 80), {"margin": 0}, (40, 40, 60, 80)),
        ((40, 40, 60, 80), {"margin": 0.5}, (30, 20, 70, 100)),
        ((40, 40, 60, 80), {"margin": 0, "square": True}, (30, 40, 70, 80)),
        ((0, 0, 20, 40), {"margin": 0.5}, (0, 0, 30, 60)),
        ((80, 70, 130, 130), {"margin": 0.1}, (75, 64, 100, 100)),
        ((99.6, 10.2, 99.9, 10.4), {"margin": 0}, (99, 10, 100, 11)),
        ((-30, 20, -10, 40), {"margin": 0}, (0, 20, 1, 40)),
        ((140, 20, 160, 40), {"margin": 0.1}, (99, 18, 100, 42)),
    ],
)
def test_crops(box: tuple[float, ...], options: dict[str, Any], expected: tuple[int, ...]) -> None:
    assert crop_box(np.array(box, np.float32), 100, 100, **options) == expected
