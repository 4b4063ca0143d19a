from __future__ import annotations

import numpy as np
import pytest

from maskwatch.boxes import intersection
from maskwatch.sinks.layout import LabelPosition, place_labels

SIZES = [(90, 20), (45, 20), (18, 18)]


def spots(places: list[LabelPosition | None]) -> np.ndarray:
    rows = [[p.x, p.y, p.x + SIZES[p.version][0], p.y + SIZES[p.version][1]] for p in places if p is not None]
    return np.array(rows, np.float32).reshape(-1, 4)


def place(boxes: np.ndarray, image: tuple[int, int] = (640, 480)) -> list[LabelPosition | None]:
    boxes = np.asarray(boxes, np.float32).reshape(-1, 4)
    return place_labels(boxes, [SIZES] * len(boxes), image, gap=2)


def test_a_lone_face_gets_its_full_label_above():
    (only,) = place([[200, 200, 300, 300]])
    assert only == LabelPosition(version=0, x=198, y=178)


def test_at_the_upper_border_the_label_goes_below():
    (only,) = place([[200, 0, 300, 100]])
    assert only is not None
    assert only.y == 102


def test_a_face_that_fills_the_image_has_its_label_inside():
    (only,) = place([[0, 0, 640, 480]])
    assert only is not None
    assert only.version == 0


def test_too_small_for_any_label():
    assert place([[0, 0, 5, 5]], image=(10, 10)) == [None]


def test_too_narrow_for_the_full_label():
    (only,) = place([[0, 0, 40, 100]], image=(50, 400))
    assert only is not None
    assert only.version == 1


def test_no_boxes():
    assert place(np.zeros((0, 4))) == []


@pytest.mark.parametrize("distance", [0, 5, 30, 60])
def test_neighbours_do_not_cover_each_other(distance: int):
    boxes = np.array([[50 + i * (50 + distance), 200, 100 + i * (50 + distance), 260] for i in range(5)], np.float32)
    labels = spots(place(boxes))
    overlap = intersection(labels, labels)
    np.fill_diagonal(overlap, 0)
    assert overlap.max() == 0
    assert intersection(labels, boxes).max() <= 0.1 * 90 * 20
    assert len(labels) == 5


def test_in_a_crowd_all_labels_get_shorter_together():
    boxes = np.array([[x, y, x + 20, y + 20] for x in range(0, 600, 40) for y in range(20, 460, 42)], np.float32)
    versions = [p.version for p in place(boxes) if p is not None]
    assert len(versions) == len(boxes)
    assert min(versions) >= 1
    labels = spots(place(boxes))
    overlap = intersection(labels, labels)
    np.fill_diagonal(overlap, 0)
    assert (overlap.max(axis=1) > 0).mean() < 0.1


def test_every_label_lies_inside_the_image():
    rng = np.random.default_rng(0)
    corners = rng.uniform(-20, 640, (80, 2))
    boxes = np.concatenate([corners, corners + rng.uniform(1, 200, (80, 2))], axis=1)
    labels = spots(place(np.clip(boxes, 0, [640, 480, 640, 480])))
    assert labels.min() >= 0
    assert (labels[:, 2] <= 640).all()
    assert (labels[:, 3] <= 480).all()
