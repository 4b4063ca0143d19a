from __future__ import annotations

import numpy as np
import pytest

from maskwatch.detect.postprocess import Calibration, Thresholds, postprocess
from maskwatch.detect.session import RawOutputs
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


def test_threshold_is_on_confidence_not_on_the_face_score() -> None:
    torn = raw((A, 0.9, (0.4, 0.3, 0.3)), (B, 0.6, (1, 0, 0)))
    faces = postprocess(torn, Thresholds(0.5, 0.5))
    assert faces.xyxy.tolist() == [list(B)]


def test_a_box_left_out_suppresses_nothing() -> None:
    faces = postprocess(raw((A, 0.9, (0.4, 0.3, 0.3)), (NEAR_A, 0.8, (1, 0, 0))), Thresholds(0.5, 0.5))
    assert faces.xyxy.tolist() == [list(NEAR_A)]


def test_best_face_first() -> None:
    faces = postprocess(raw((A, 0.5, (1, 0, 0)), (B, 0.7, (1, 0, 0))), Thresholds(0.1, 0.5))
    assert faces.face_score == pytest.approx([0.7, 0.5])


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
