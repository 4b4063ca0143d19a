"""Recall and confusion matrix at one confidence threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch.detections import REPORTED_STATES, STATE_NAMES, MaskState
from maskwatch.evaluate.intervals import Proportion
from maskwatch.evaluate.pairing import Faces, Pairing
from maskwatch.evaluate.report import ThresholdMetrics
from maskwatch.evaluate.tasks import FaceSizeRange

_STATES, _REPORTED = len(MaskState), len(REPORTED_STATES)


@dataclass(frozen=True)
class OperatingPoint:
    """The result for each labelled face at one threshold.

    Attributes:
        labelled: F faces.
        predicted: int64 (F,), index of the reported state in `REPORTED_STATES`; -1 for a missed face.
        false_positives: detections on no face.
    """

    labelled: Faces
    predicted: NDArray[np.int64]
    false_positives: int

    @classmethod
    def at(cls, pairing: Pairing, confidence: float, iou: float) -> OperatingPoint:
        """Match all detections with at least this confidence, whatever their state."""
        return cls(pairing.labelled, *pairing.predicted_states(confidence, iou))

    def metrics(self, size_range: FaceSizeRange) -> ThresholdMetrics:
        """The counts for the faces in one size range."""
        inside = size_range.contains(self.labelled.size)
        confusion = self._confusion(inside & self.labelled.three_class)
        decided = confusion[:, :_STATES]
        correct = np.diag(decided)
        ends = [MaskState.with_mask, MaskState.without_mask]
        detected = int(confusion.sum())
        return ThresholdMetrics(
            recall=self._recall(inside),
            confusion=tuple(tuple(int(n) for n in row) for row in confusion),
            label_accuracy=Proportion.of(int(correct.sum()), int(decided.sum())),
            uncertain=Proportion.of(detected - int(decided.sum()), detected),
            with_or_without=Proportion.of(int(correct[ends].sum()), int(decided[ends].sum())),
            predicted={name: _shares(row) for name, row in zip(STATE_NAMES, confusion, strict=True)},
        )

    def _recall(self, inside: NDArray[np.bool_]) -> dict[str, Proportion]:
        unmasked = self.labelled.state == MaskState.without_mask
        groups = {"masked": ~unmasked, "unmasked": unmasked} | {
            state.name: self.labelled.state == state for state in MaskState
        }
        detected = self.predicted >= 0
        return {
            name: Proportion.of(int((inside & group & detected).sum()), int((inside & group).sum()))
            for name, group in groups.items()
        }

    def _confusion(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        chosen = chosen & (self.predicted >= 0)
        cells = self.labelled.state[chosen] * _REPORTED + self.predicted[chosen]
        return np.bincount(cells, minlength=_STATES * _REPORTED).reshape(_STATES, _REPORTED)


def _shares(row: NDArray[np.int64]) -> dict[str, Proportion]:
    total = int(row.sum())
    return {name: Proportion.of(int(count), total) for name, count in zip(REPORTED_STATES, row, strict=True)}
