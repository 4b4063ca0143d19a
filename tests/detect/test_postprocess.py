from __future__ import annotations

import numpy as np
import pytest

from maskwatch.detect.raw_prediction import Calibration, RawOutputs, Thresholds, postprocess
from maskwatch.errors import UsageError


def raw(*rows: tuple[tuple[float, ...], float, tuple[float, float, float]]) -> RawOutputs:
    xyxy, face, states = zip(*rows, strict=True)
    return RawOutputs(np.array(xyxy, np.float32), np.array(face, np.float32), np.array(states, np.float32))


A, B = (0, 0, 10, 10), (50, 50, 60, 60)
NEAR_A = (1, 0, 11, 10)


def test_one_face_gets_one_box_whatever_its_states() -> None:
    faces = postprocess(raw((A, 0.9, (0.9, 0.1, 0)), (NEAR_A, 0.8, (0, 0.1, 0.9))), Thresholds(0.1, 0.5))
    assert faces.xyxy.tolist() == [list(A)]
    assert faces.class_id.tolist() == [0]


def test_the_threshold_is_on_the_face_alone() -> None:
    torn = raw((A, 0.9, (0.4, 0.3, 0.3)), (B, 0.6, (1, 0, 0)))
    assert postprocess(torn, Thresholds(0.7, 0.5)).xyxy.tolist() == [list(A)]
    assert postprocess(torn, Thresholds(0.5, 0.5)).xyxy.tolist() == [list(A), list(B)]


def test_the_state_comes_from_the_box_of_the_face_that_is_surest_of_it() -> None:
    faces = postprocess(raw((A, 0.9, (0.4, 0.3, 0.3)), (NEAR_A, 0.8, (0.1, 0.1, 0.8))), Thresholds(0.5, 0.5))
    assert faces.xyxy.tolist() == [list(A)]
    assert faces.confidence == pytest.approx([0.9])
    assert faces.state_scores[0] == pytest.approx([0.1, 0.1, 0.8])


def test_a_box_below_the_threshold_may_decide_the_state_of_a_face_above_it() -> None:
    rows = raw((A, 0.9, (0.4, 0.3, 0.3)), (NEAR_A, 0.5, (0, 0, 1)))
    assert [postprocess(rows, Thresholds(conf, 0.5)).class_id.tolist() for conf in (0.1, 0.6, 0.9)] == [[2]] * 3


@pytest.mark.parametrize("seed", range(50))
def test_a_higher_threshold_only_removes_faces(seed: int) -> None:
    rng = np.random.default_rng(seed)
    corner, side = rng.uniform(0, 60, (80, 2)), rng.uniform(8, 30, (80, 2))
    states = rng.dirichlet((0.3, 0.3, 0.3), 80)
    outputs = RawOutputs(
        np.hstack([corner, corner + side]).astype(np.float32),
        rng.random(80).astype(np.float32),
        states.astype(np.float32),
    )
    everything = postprocess(outputs, Thresholds(0.0, 0.45))
    for conf in np.linspace(0, 1, 21):
        assert postprocess(outputs, Thresholds(float(conf), 0.45)) == everything.with_confidence(float(conf))


def test_best_face_first() -> None:
    faces = postprocess(raw((A, 0.5, (1, 0, 0)), (B, 0.7, (1, 0, 0))), Thresholds(0.1, 0.5))
    assert faces.confidence == pytest.approx([0.7, 0.5])


def test_nothing_above_the_threshold() -> None:
    assert len(postprocess(raw((A, 0.2, (1, 0, 0))), Thresholds(0.5, 0.5))) == 0


def test_temperature_keeps_sum_and_order() -> None:
    scores = np.array([[0.7, 0.2, 0.1]], np.float32)
    soft, sharp = Calibration(2.0)(scores), Calibration(0.5)(scores)
    assert soft.sum() == pytest.approx(1)
    assert soft.max() < 0.7 < sharp.max()
    assert soft.argsort().tolist() == sharp.argsort().tolist() == scores.argsort().tolist()


def test_without_calibration_scores_stay_as_they_are() -> None:
    scores = np.array([[0.7, 0.2, 0.1]], np.float32)
    assert Calibration()(scores) is scores
    assert Calibration(2.0)(np.zeros((0, 3), np.float32)).shape == (0, 3)


@pytest.mark.parametrize(("conf", "iou"), [(-0.1, 0.5), (1.1, 0.5), (0.5, 7)])
def test_out_of_range(conf: float, iou: float) -> None:
    with pytest.raises(UsageError, match="0 to 1"):
        Thresholds(conf, iou)
