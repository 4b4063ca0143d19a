from __future__ import annotations

import json

import numpy as np
import pytest

from maskwatch.detect.raw_prediction import Calibration
from maskwatch.detections import MaskState
from maskwatch.evaluate.calibration import fit_temperature
from maskwatch.evaluate.classification.metrics import evaluate_classification, roc_curve
from maskwatch.evaluate.classification.save import report_lines

CLASSES = (MaskState.with_mask, MaskState.without_mask)
SCORES = np.array([[0.9, 0.1], [0.8, 0.2], [0.4, 0.6], [0.3, 0.7], [0.6, 0.4]], np.float32)
LABELS = np.array([0, 0, 0, 1, 1])


def test_metrics_by_hand() -> None:
    report = evaluate_classification(SCORES, LABELS, CLASSES, Calibration(), "none")
    assert report.confusion == ((2, 1), (1, 1))
    assert (report.accuracy.hits, report.accuracy.total) == (3, 5)
    assert report.balanced_accuracy == pytest.approx((2 / 3 + 1 / 2) / 2)
    masked = report.states["with_mask"]
    assert (masked.precision.hits, masked.precision.total) == (2, 3)
    assert (masked.recall.hits, masked.recall.total) == (2, 3)
    assert masked.f1 == pytest.approx(2 / 3)
    assert report.loss == pytest.approx(-np.log([0.9, 0.8, 0.4, 0.7, 0.4]).mean(), rel=1e-5)
    assert report.reliability.loss[0] == report.reliability.loss[1]
    json.dumps(report.to_dict())


def test_area_under_the_curve_agrees_with_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 200)
    logits = rng.normal(0, 1, (200, 3)) + 1.5 * np.eye(3)[labels]
    scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    scores = np.round(scores, 1).astype(np.float32)  # many ties
    states = tuple(MaskState)
    report = evaluate_classification(scores, labels, states, Calibration(), "none")
    for i, state in enumerate(states):
        assert report.states[state.name].auc == pytest.approx(metrics.roc_auc_score(labels == i, scores[:, i]))
        measured = metrics.precision_recall_fscore_support(labels == i, scores.argmax(axis=1) == i, average="binary")
        found = report.states[state.name]
        assert (found.precision.value, found.recall.value, found.f1) == pytest.approx(measured[:3])


def test_curve_ends_in_its_corners() -> None:
    alarms, found = roc_curve(np.array([0.9, 0.9, 0.1], np.float32), np.array([True, False, True]))
    assert (alarms[0], found[0], alarms[-1], found[-1]) == (0, 0, 1, 1)
    assert list(zip(alarms, found, strict=True))[1] == (1.0, 0.5)


def test_a_state_without_images() -> None:
    scores = np.array([[0.7, 0.2, 0.1], [0.1, 0.2, 0.7]], np.float32)
    report = evaluate_classification(scores, np.array([0, 2]), tuple(MaskState), Calibration(), "none")
    empty = report.states["worn_incorrectly"]
    assert empty.recall.value is None
    assert empty.f1 is None
    assert empty.auc is None
    assert report.balanced_accuracy == 1
    assert any(line.split()[:3] == ["worn_incorrectly", "-", "-"] for line in report_lines(report))


def test_temperature_corrects_overconfident_scores() -> None:
    rng = np.random.default_rng(1)
    truth = rng.uniform(0.5, 1, 4000)
    labels = np.where(rng.random(4000) < truth, 0, 1)
    logits = 3 * np.log(truth / (1 - truth))
    sure = 1 / (1 + np.exp(-logits))
    scores = np.stack([sure, 1 - sure], axis=1).astype(np.float32)
    calibration = fit_temperature(scores, labels)
    assert calibration.temperature == pytest.approx(3, rel=0.15)
    report = evaluate_classification(scores, labels, CLASSES, calibration, "fitted")
    assert report.reliability.ece[0] > 0.1
    assert report.reliability.ece[1] < 0.03
    assert report.reliability.loss[1] < report.reliability.loss[0]


def test_no_image_no_temperature() -> None:
    assert fit_temperature(np.zeros((0, 2), np.float32), np.zeros(0, np.int64)).temperature == 1


def test_few_images_without_a_mistake_do_not_make_it_certain() -> None:
    labels = np.arange(100) % 2
    sure = np.where(labels == 0, 0.97, 0.03).astype(np.float32)
    scores = np.stack([sure, 1 - sure], axis=1)
    calibrated = fit_temperature(scores, labels)(scores)
    assert 0.97 < calibrated.max() < 0.995
