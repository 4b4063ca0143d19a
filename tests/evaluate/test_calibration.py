from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from maskwatch.data.dataset import Dataset, LabelledImage
from maskwatch.detect.raw_prediction import Calibration
from maskwatch.detections import Detections
from maskwatch.evaluate.calibration import expected_calibration_error, fit_temperature, found_states


def honest_scores(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities, and labels that were drawn by them."""
    rng = np.random.default_rng(seed)
    scores = rng.dirichlet((2, 0.6, 1.2), count).astype(np.float32)
    labels = np.array([rng.choice(3, p=row / row.sum()) for row in scores.astype(np.float64)])
    return scores, labels


def test_honest_scores_have_a_small_error_and_need_no_calibration() -> None:
    scores, labels = honest_scores(4000)
    fitted = fit_temperature(scores, labels)
    assert expected_calibration_error(scores, labels) < 0.03
    assert fitted.temperature == pytest.approx(1, abs=0.15)


def test_distortion_is_undone() -> None:
    scores, labels = honest_scores(4000)
    distorted = Calibration(0.4)(scores)
    fitted = fit_temperature(distorted, labels)
    assert expected_calibration_error(distorted, labels) > 0.1
    assert expected_calibration_error(fitted(distorted), labels) < 0.03


def test_nothing_found_changes_nothing() -> None:
    assert fit_temperature(np.zeros((0, 3), np.float32), np.zeros(0, np.int64)) == Calibration()
    assert expected_calibration_error(np.zeros((0, 3), np.float32), np.zeros(0, np.int64)) == 0


def test_only_found_faces_of_three_class_images_count() -> None:
    boxes = np.array([[0, 0, 10, 10], [50, 50, 60, 60]], np.float32)
    labelled = LabelledImage(Path("a"), 100, 100, boxes, np.array([1, 2]))
    two_class = LabelledImage(Path("b"), 100, 100, boxes, np.array([0, 2]), labels="2class")
    found = Detections(boxes[:1], np.array([0.9], np.float32), np.array([[0.2, 0.7, 0.1]], np.float32))
    scores, labels = found_states(Dataset([labelled, two_class]), [found, found])
    assert scores[0] == pytest.approx([0.2, 0.7, 0.1])
    assert labels.tolist() == [1]
