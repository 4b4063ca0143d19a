"""Metrics of a classifier: accuracy, confusion matrix, precision, recall, F1 and AUC of each state, calibration."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskwatch.detect.raw_prediction import Calibration
from maskwatch.detections import MaskState
from maskwatch.evaluate.calibration import expected_calibration_error, negative_log_likelihood
from maskwatch.evaluate.intervals import Proportion


@dataclass(frozen=True)
class StateMetrics:
    """One state against the others.

    Attributes:
        precision: share of the images predicted as this state that have it.
        recall: share of the images with this state that are predicted as it.
        f1: harmonic mean of both; None if the state is neither labelled nor predicted.
        auc: area under the ROC curve; None if no image or every image has the state.
    """

    precision: Proportion
    recall: Proportion
    f1: float | None
    auc: float | None


@dataclass(frozen=True)
class Reliability:
    """Calibration of the probabilities.

    Attributes:
        temperature: divides the log-probabilities.
        source: where the temperature comes from, as text.
        loss: mean cross-entropy before and after calibration.
        ece: expected calibration error before and after, 0..1, with ten bins.
    """

    temperature: float
    source: str
    loss: tuple[float, float]
    ece: tuple[float, float]


@dataclass(frozen=True)
class ClassificationReport:
    """Metrics of a classifier on N images.

    Attributes:
        images: N.
        classes: names of the C states, in the order of rows and columns.
        loss: mean cross-entropy of the uncalibrated probabilities.
        accuracy: with its 95 % Wilson interval.
        balanced_accuracy: mean recall of the states that occur.
        states: metrics of each state, by name.
        confusion: images by labelled state (row) and predicted state (column).
        reliability: calibration.
        scores: float32 (N, C), uncalibrated; not in the JSON.
        labels: int64 (N,), 0..C-1; not in the JSON.
    """

    images: int
    classes: tuple[str, ...]
    loss: float
    accuracy: Proportion
    balanced_accuracy: float
    states: dict[str, StateMetrics]
    confusion: tuple[tuple[int, ...], ...]
    reliability: Reliability
    scores: NDArray[np.float32] = field(repr=False, compare=False)
    labels: NDArray[np.int64] = field(repr=False, compare=False)

    @property
    def calibration(self) -> Calibration:
        """Turns ``scores`` into calibrated probabilities."""
        return Calibration(self.reliability.temperature)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON types; shares are 0..1."""
        content = asdict(self)
        del content["scores"], content["labels"]
        return content


def evaluate_classification(
    scores: NDArray[np.float32],
    labels: NDArray[np.int64],
    classes: tuple[MaskState, ...],
    calibration: Calibration,
    source: str,
) -> ClassificationReport:
    """Evaluate probabilities against labels.

    Args:
        scores: float32 (N, C), uncalibrated, rows summing to 1; N is at least 1.
        labels: int64 (N,), indices of ``classes``.
        classes: the C states in the order of the columns.
        calibration: evaluated beside the uncalibrated probabilities.
        source: where the temperature comes from, as text.
    """
    predicted = scores.argmax(axis=1)
    confusion = np.zeros((len(classes), len(classes)), np.int64)
    np.add.at(confusion, (labels, predicted), 1)
    names = tuple(state.name for state in classes)
    states = {name: _state_metrics(confusion, i, scores[:, i], labels == i) for i, name in enumerate(names)}
    recalls = [metrics.recall.value for metrics in states.values() if metrics.recall.value is not None]
    after = calibration(scores)
    loss = negative_log_likelihood(scores, labels)
    reliability = Reliability(
        calibration.temperature,
        source,
        (loss, negative_log_likelihood(after, labels)),
        (expected_calibration_error(scores, labels), expected_calibration_error(after, labels)),
    )
    accuracy = Proportion.of(int(np.trace(confusion)), len(labels))
    table = tuple(tuple(int(n) for n in row) for row in confusion)
    balanced = float(np.mean(recalls))
    return ClassificationReport(
        len(labels), names, loss, accuracy, balanced, states, table, reliability, scores, labels
    )


def roc_curve(scores: NDArray[np.float32], positive: NDArray[np.bool_]) -> tuple[NDArray[np.float64], ...]:
    """False and true positive rates, both float64 (K,), from (0, 0) to (1, 1); equal scores form one step.

    Args:
        scores: (N,) of one state.
        positive: (N,), whether each image has that state; both must occur.
    """
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.diff(scores[order]) != 0, True)
    true, false = np.cumsum(positive[order])[last], np.cumsum(~positive[order])[last]
    return np.append(0.0, false / false[-1]), np.append(0.0, true / true[-1])


def _state_metrics(
    confusion: NDArray[np.int64], i: int, scores: NDArray[np.float32], positive: NDArray[np.bool_]
) -> StateMetrics:
    hits, predicted, labelled = int(confusion[i, i]), int(confusion[:, i].sum()), int(confusion[i].sum())
    f1 = 2 * hits / (predicted + labelled) if predicted + labelled else None
    auc = None
    if positive.any() and not positive.all():
        false_rate, true_rate = roc_curve(scores, positive)
        auc = float(np.trapezoid(true_rate, false_rate))
    return StateMetrics(Proportion.of(hits, predicted), Proportion.of(hits, labelled), f1, auc)
