from __future__ import annotations

import numpy as np
import pytest
from keras import ops

from maskwatch.networks.anchors import CENTRE_VARIANCE, SIZE_VARIANCE, anchors_for
from maskwatch.networks.outputs import decode, face_logit
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


def outputs_predicting(box: tuple[float, ...] | None, state: int = 0, logit: float = 8.0) -> np.ndarray:
    """Network outputs: every anchor near the box predicts it, all others predict background."""
    raw = np.zeros((1, len(ANCHORS), 8), np.float32)
    raw[..., 4] = logit
    if box is not None:
        centre, size = np.array([box[0] + box[2], box[1] + box[3]]) / 2, np.array([box[2] - box[0], box[3] - box[1]])
        near = (np.abs(ANCHORS[:, :2] - centre) < 10).all(axis=1) & (np.abs(ANCHORS[:, 2] - size.mean()) < 20)
        raw[0, near, :2] = (centre - ANCHORS[near, :2]) / ANCHORS[near, 2:] / CENTRE_VARIANCE
        raw[0, near, 2:4] = np.log(size / ANCHORS[near, 2:]) / SIZE_VARIANCE
        raw[0, near, 4] = 0
        raw[0, near, 5 + state] = logit
    return raw


def losses(targets: np.ndarray, raw: np.ndarray) -> dict[str, float]:
    parts = detection_losses(
        ops.convert_to_tensor(targets), ops.convert_to_tensor(raw), ops.convert_to_tensor(ANCHORS), LossWeights()
    )
    return {name: float(value) for name, value in parts.items()}


def face_row(state: int = 0, box_weight: float = 1, two_class: float = 0) -> tuple[float, ...]:
    return (*FACE, Role.face, state, box_weight, two_class)


def test_decode_inverts_the_encoding() -> None:
    raw = outputs_predicting(FACE)
    boxes = np.asarray(decode(ops.convert_to_tensor(raw), ops.convert_to_tensor(ANCHORS)))
    near = raw[0, :, 5] > 0
    assert near.any()
    assert np.abs(boxes[0, near] - FACE).max() < 1e-2


def test_face_logit_is_the_log_odds_of_any_state() -> None:
    raw = np.zeros((1, 1, 8), np.float32)
    raw[..., 4:] = np.log([0.4, 0.3, 0.2, 0.1])
    assert 1 / (1 + np.exp(-float(face_logit(ops.convert_to_tensor(raw))[0, 0]))) == pytest.approx(0.6, abs=1e-5)


def test_correct_predictions_cost_little_and_wrong_ones_much() -> None:
    right = losses(target(face_row()), outputs_predicting(FACE))
    missed = losses(target(face_row()), outputs_predicting(None))
    wrong_state = losses(target(face_row(state=2)), outputs_predicting(FACE))
    false_alarm = losses(target(), outputs_predicting(FACE))
    assert right["box"] < 0.05
    assert right["state"] < 0.01
    assert missed["face"] > 5 * right["face"]
    assert wrong_state["state"] > 5
    assert false_alarm["face"] > 5 * right["face"]


def test_loose_boxes_have_no_box_loss() -> None:
    shifted = (44.0, 44.0, 76.0, 80.0)
    assert losses(target(face_row(box_weight=0)), outputs_predicting(shifted))["box"] == 0
    assert losses(target(face_row(box_weight=1)), outputs_predicting(shifted))["box"] > 0.05


def test_predictions_in_ignored_regions_cost_little() -> None:
    ignored = (*FACE, Role.ignore, 0, 1, 0)
    raw = outputs_predicting(FACE)
    assert losses(target(ignored), raw)["face"] < 0.1 * losses(target(), raw)["face"]


@pytest.mark.parametrize("predicted", [0, 1])
def test_with_two_class_labels_worn_incorrectly_costs_nothing(predicted: int) -> None:
    assert losses(target(face_row(state=0, two_class=1)), outputs_predicting(FACE, predicted))["state"] < 0.01


def test_with_two_class_labels_the_wrong_class_still_costs() -> None:
    assert losses(target(face_row(state=0, two_class=1)), outputs_predicting(FACE, 2))["state"] > 5
