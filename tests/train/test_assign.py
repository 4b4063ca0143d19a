"""Which anchors, and how many, a face gets."""

from __future__ import annotations

import numpy as np
import pytest
from keras import ops
from numpy.typing import NDArray

from maskwatch.boxes import iou
from maskwatch.networks.anchors import anchors_for
from maskwatch.networks.outputs import decode
from maskwatch.train.assign import CANDIDATES, MIN_REACH, assign, pairwise_iou

ANCHORS = np.asarray(anchors_for(128, 128), np.float32)
Floats = NDArray[np.float32]


def predictions(rng: np.random.Generator) -> tuple[Floats, Floats]:
    """A box (A, 4) near each anchor, and a face score (A,)."""
    centre = ANCHORS[:, :2] + rng.normal(0, 1.5, (len(ANCHORS), 2))
    side = ANCHORS[:, 2:] * rng.uniform(0.8, 1.2, (len(ANCHORS), 2))
    boxes = np.concatenate([centre - side / 2, centre + side / 2], axis=1)
    return boxes.astype(np.float32), rng.uniform(0.05, 0.9, len(ANCHORS)).astype(np.float32)


def overlaps(face: Floats, predicted: Floats) -> Floats:
    """Mean IoU (A,) of a face with each anchor and with the box predicted from it."""
    half = ANCHORS[:, 2:] / 2
    squares = np.concatenate([ANCHORS[:, :2] - half, ANCHORS[:, :2] + half], axis=1)
    return (iou(face[None], predicted)[0] + iou(face[None], squares)[0]) / 2


def anchors_of(face: Floats, predicted: Floats, score: Floats) -> set[int]:
    """The anchors of a face that has no competitor, in numpy."""
    overlap = overlaps(face, predicted)
    x, y, reach = ANCHORS[:, 0], ANCHORS[:, 1], ANCHORS[:, 2] * MIN_REACH
    inside = (x > face[0]) & (x < face[2]) & (y > face[1]) & (y < face[3])
    near = (abs(x - (face[0] + face[2]) / 2) < reach) & (abs(y - (face[1] + face[3]) / 2) < reach)
    merit = (score + 0.01) * overlap**3 * (inside | near)
    count = int(np.clip(int(np.sort(overlap)[-CANDIDATES:].sum()), 1, CANDIDATES))
    return set(np.argsort(-merit, kind="stable")[:count].tolist())


def targets_by_anchor(faces: Floats, predicted: Floats, score: Floats) -> dict[int, int]:
    """The face of each positive anchor, from `assign`."""
    assignment = assign(faces[None], np.ones((1, len(faces)), np.float32), ANCHORS, predicted[None], score[None])
    index, positive = np.asarray(assignment.target_index)[0], np.asarray(assignment.positive)[0]
    return {int(anchor): int(index[anchor]) for anchor in np.flatnonzero(positive)}


@pytest.mark.parametrize("seed", range(5))
def test_a_face_gets_its_best_anchors_in_the_right_number(seed: int) -> None:
    rng = np.random.default_rng(seed)
    corner = rng.uniform(5, 50, 2)
    face = np.concatenate([corner, corner + rng.uniform(20, 60, 2)]).astype(np.float32)
    predicted, score = predictions(rng)
    assert targets_by_anchor(face[None], predicted, score).keys() == anchors_of(face, predicted, score)


def test_an_anchor_chosen_by_two_faces_goes_to_the_larger_overlap() -> None:
    faces = np.array([[30, 30, 70, 74], [36, 33, 75, 80]], np.float32)
    winners = set()
    for seed in range(5):
        predicted, score = predictions(np.random.default_rng(seed))
        first, second = (anchors_of(face, predicted, score) for face in faces)
        overlap = [overlaps(face, predicted) for face in faces]
        contested = {anchor: int(overlap[1][anchor] > overlap[0][anchor]) for anchor in first & second}
        expected = dict.fromkeys(first, 0) | dict.fromkeys(second, 1) | contested
        assert targets_by_anchor(faces, predicted, score) == expected
        winners |= set(contested.values())
    assert winners == {0, 1}, "the anchors were not contested both ways"


def test_every_face_gets_an_anchor_even_the_smallest() -> None:
    boxes = np.array([[[3, 3, 9, 10], [60, 60, 67, 66], [10, 10, 120, 125], [0, 0, 0, 0]]], np.float32)
    is_face = np.array([[1, 1, 1, 0]], np.float32)
    raw = np.zeros((1, len(ANCHORS), 8), np.float32)
    predicted = decode(ops.convert_to_tensor(raw), ops.convert_to_tensor(ANCHORS))
    score = np.full((1, len(ANCHORS)), 0.01, np.float32)
    assignment = assign(boxes, is_face, ANCHORS, predicted, score)
    rows = np.asarray(assignment.target_index)[np.asarray(assignment.positive)]
    assert set(rows.tolist()) == {0, 1, 2}


def test_iou_agrees_with_the_numpy_one() -> None:
    rng = np.random.default_rng(0)
    corner = rng.uniform(0, 50, (2, 9, 2))
    boxes = np.concatenate([corner, corner + rng.uniform(1, 30, (2, 9, 2))], axis=2).astype(np.float32)
    a, b = boxes[:1], boxes[1:]
    assert np.abs(np.asarray(pairwise_iou(a, b))[0] - iou(a[0], b[0])).max() < 1e-5
