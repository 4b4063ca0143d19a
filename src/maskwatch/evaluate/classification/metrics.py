"""How good a classifier is: accuracy, a confusion matrix, figures for each state, calibration."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskwatch.detect.raw_prediction import Calibration
from maskwatch.detections import MaskState
from maskwatch.evaluate.calibration import expected_calibration_error, negative_log_likelihood
from maskwatch.evaluate.estimates import Proportion

Scores = NDArray[np.float32]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class StateFigures:
    """One state against the others.

    Attributes:
        precision: of the images called so, the share that are.
        recall: of the images that are so, the share called so.
        f1: harmonic mean of both; None where the state neither occurs nor is called.
        auc: area under the ROC curve; None where only one side occurs.
    """

    precision: Proportion
    recall: Proportion
    f1: float | None
    auc: float | None


@dataclass(frozen=True)
class Reliability:
    """Whether probabilities can be believed.

    Attributes:
        temperature: divides the log-probabilities.
        source: where it comes from.
        loss: mean cross-entropy before and after.
        ece: expected calibration error before and after, 0..1, ten bins.
    """

    temperature: float
    source: str
    loss: tuple[float, float]
    ece: tuple[float, float]


@dataclass(frozen=True)
class ClassificationReport:
    """A classifier's figures on some images.

    Attributes:
        images: how many.
        classes: names of the states, in the order of rows and columns.
        loss: mean cross-entropy of the uncalibrated probabilities.
        accuracy: with its 95 % Wilson interval.
        balanced_accuracy: mean recall of the states that occur.
        states: figures of each.
        confusion: images by labelled state (row) and verdict (column).
        reliability: calibration before and after.
        scores: float32 (N, C), uncalibrated; not part of the JSON.
        labels: int64 (N,), 0..C-1; not part of the JSON.
    """

    images: int
    classes: tuple[str, ...]
    loss: float
    accuracy: Proportion
    balanced_accuracy: float
    states: dict[str, StateFigures]
    confusion: tuple[tuple[int, ...], ...]
    reliability: Reliability
    scores: Scores = field(repr=False, compare=False)
    labels: Labels = field(repr=False, compare=False)

    @property
    def calibration(self) -> Calibration:
        """What turns ``scores`` into calibrated probabilities."""
        return Calibration(self.reliability.temperature)

    def to_dict(self) -> dict[str, Any]:
        """The report in types that JSON knows; shares are 0..1."""
        content = asdict(self)
        del content["scores"], content["labels"]
        return content


def evaluate_classification(
    scores: Scores, labels: Labels, classes: tuple[MaskState, ...], calibration: Calibration, source: str
) -> ClassificationReport:
    """Judge probabilities (N, C) against labels (N,), which are places in ``classes``.

    Args:
        scores: uncalibrated, rows summing to 1; N is at least 1.
        labels: 0..C-1.
        classes: the states in the order of the columns.
        calibration: the temperature that is judged beside none.
        source: where the temperature comes from, in words.
    """
    verdicts = scores.argmax(axis=1)
    confusion = np.zeros((len(classes), len(classes)), np.int64)
    np.add.at(confusion, (labels, verdicts), 1)
    names = tuple(state.name for state in classes)
    states = {name: _figures(confusion, i, scores[:, i], labels == i) for i, name in enumerate(names)}
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
    """False and true positive rates, both float64 (K,), from (0, 0) to (1, 1); equal scores make one step.

    Args:
        scores: (N,) of one state.
        positive: (N,), whether the image is of that state; some must be, and some not.
    """
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.diff(scores[order]) != 0, True)
    hits, alarms = np.cumsum(positive[order])[last], np.cumsum(~positive[order])[last]
    return np.append(0.0, alarms / alarms[-1]), np.append(0.0, hits / hits[-1])


def _figures(confusion: NDArray[np.int64], i: int, scores: Scores, positive: NDArray[np.bool_]) -> StateFigures:
    hits, called, labelled = int(confusion[i, i]), int(confusion[:, i].sum()), int(confusion[i].sum())
    f1 = 2 * hits / (called + labelled) if called + labelled else None
    auc = None
    if positive.any() and not positive.all():
        alarms, found = roc_curve(scores, positive)
        auc = float(np.trapezoid(found, alarms))
    return StateFigures(Proportion.of(hits, called), Proportion.of(hits, labelled), f1, auc)
