from __future__ import annotations

import numpy as np
import pytest
from keras import ops

from maskwatch.networks.anchors import CENTRE_VARIANCE, SIZE_VARIANCE, anchors_for
from maskwatch.networks.outputs import decode, face_logit
from maskwatch.train.assign import assign, pairwise_iou
from maskwatch.train.losses import LossWeights, detection_losses
from maskwatch.train.targets import COLUMNS, ROWS, Role

SIZE = 128
ANCHORS = anchors_for(SIZE, SIZE)
FACE = (40.0, 40.0, 70.0, 75.0)


def target(*rows: tuple[float, ...]) -> np.ndarray:
    packed = np.zeros((1, ROWS, COLUMNS), np.float32)
    if rows:
        packed[0, : len(rows)] = rows
    return packed


def outputs_that_say(box: tuple[float, ...] | None, state: int = 0, sure: float = 8.0) -> np.ndarray:
    """Network outputs in which every anchor near the box predicts it, and all others background."""
    raw = np.zeros((1, len(ANCHORS), 8), np.float32)
    raw[..., 4] = sure
    if box is not None:
        centre, size = np.array([box[0] + box[2], box[1] + box[3]]) / 2, np.array([box[2] - box[0], box[3] - box[1]])
        imgsz_low = (np.abs(ANCHORS[:, :2] - centre) < 10).all(axis=1) & (np.abs(ANCHORS[:, 2] - size.mean()) < 20)
        raw[0, imgsz_low, :2] = (centre - ANCHORS[imgsz_low, :2]) / ANCHORS[imgsz_low, 2:] / CENTRE_VARIANCE
        raw[0, imgsz_low, 2:4] = np.log(size / ANCHORS[imgsz_low, 2:]) / SIZE_VARIANCE
        raw[0, imgsz_low, 4] = 0
        raw[0, imgsz_low, 5 + state] = sure
    return raw


def losses(targets: np.ndarray, raw: np.ndarray) -> dict[str, float]:
    parts = detection_losses(
        ops.convert_to_tensor(targets), ops.convert_to_tensor(raw), ops.convert_to_tensor(ANCHORS), LossWeights()
    )
    return {name: float(value) for name, value in parts.items()}


def face_row(state: int = 0, box_weight: float = 1, two_class: float = 0) -> tuple[float, ...]:
    return (*FACE, Role.face, state, box_weight, two_class)


def test_decode_inverts_the_encoding() -> None:
    raw = outputs_that_say(FACE)
    boxes = np.asarray(decode(ops.convert_to_tensor(raw), ops.convert_to_tensor(ANCHORS)))
    imgsz_low = raw[0, :, 5] > 0
    assert imgsz_low.any()
    assert np.abs(boxes[0, imgsz_low] - FACE).max() < 1e-2


def test_face_logit_is_the_log_odds_of_any_state() -> None:
    raw = np.zeros((1, 1, 8), np.float32)
    raw[..., 4:] = np.log([0.4, 0.3, 0.2, 0.1])
    assert 1 / (1 + np.exp(-float(face_logit(ops.convert_to_tensor(raw))[0, 0]))) == pytest.approx(0.6, abs=1e-5)


def test_iou_agrees_with_the_numpy_one() -> None:
    from maskwatch.boxes import iou

    rng = np.random.default_rng(0)
    corner = rng.uniform(0, 50, (2, 9, 2))
    boxes = np.concatenate([corner, corner + rng.uniform(1, 30, (2, 9, 2))], axis=2).astype(np.float32)
    a, b = boxes[:1], boxes[1:]
    assert np.abs(np.asarray(pairwise_iou(a, b))[0] - iou(a[0], b[0])).max() < 1e-5


def test_right_answers_cost_little_and_wrong_ones_much() -> None:
    right = losses(target(face_row()), outputs_that_say(FACE))
    missed = losses(target(face_row()), outputs_that_say(None))
    wrong_state = losses(target(face_row(state=2)), outputs_that_say(FACE))
    false_alarm = losses(target(), outputs_that_say(FACE))
    assert right["box"] < 0.05
    assert right["state"] < 0.01
    assert missed["face"] > 5 * right["face"]
    assert wrong_state["state"] > 5
    assert false_alarm["face"] > 5 * right["face"]


def test_every_face_is_learnt_by_some_anchor_even_the_smallest() -> None:
    boxes = np.array([[[3, 3, 9, 10], [60, 60, 67, 66], [10, 10, 120, 125], [0, 0, 0, 0]]], np.float32)
    is_face = np.array([[1, 1, 1, 0]], np.float32)
    raw = np.zeros((1, len(ANCHORS), 8), np.float32)
    predicted = decode(ops.convert_to_tensor(raw), ops.convert_to_tensor(ANCHORS))
    score = np.full((1, len(ANCHORS)), 0.01, np.float32)
    plan = assign(
        ops.convert_to_tensor(boxes), ops.convert_to_tensor(is_face), ops.convert_to_tensor(ANCHORS), predicted, score
    )
    rows = np.asarray(plan.row)[np.asarray(plan.positive)]
    assert set(rows.tolist()) == {0, 1, 2}


def test_loose_boxes_teach_no_edges() -> None:
    shifted = (44.0, 44.0, 76.0, 80.0)
    assert losses(target(face_row(box_weight=0)), outputs_that_say(shifted))["box"] == 0
    assert losses(target(face_row(box_weight=1)), outputs_that_say(shifted))["box"] > 0.05


def test_ignored_regions_are_neither_learnt_nor_punished() -> None:
    ignored = (*FACE, Role.ignore, 0, 1, 0)
    assert (
        losses(target(ignored), outputs_that_say(FACE))["face"] < 0.1 * losses(target(), outputs_that_say(FACE))["face"]
    )


@pytest.mark.parametrize("said", [0, 1])
def test_two_class_labels_never_call_incorrect_wearing_wrong(said: int) -> None:
    assert losses(target(face_row(state=0, two_class=1)), outputs_that_say(FACE, said))["state"] < 0.01


def test_two_class_labels_still_tell_masked_from_unmasked() -> None:
    assert losses(target(face_row(state=0, two_class=1)), outputs_that_say(FACE, 2))["state"] > 5
