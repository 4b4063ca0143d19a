"""Counts at one threshold: which faces are found, and what they are called."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch.detections import REPORTED_STATES, STATE_NAMES, MaskState
from maskwatch.evaluate.estimates import Proportion
from maskwatch.evaluate.pairing import Faces, Pairing
from maskwatch.evaluate.report import FoundFigures
from maskwatch.evaluate.size_bands import SizeBand

_STATES, _REPORTED = len(MaskState), len(REPORTED_STATES)


@dataclass(frozen=True)
class OperatingPoint:
    """Every labelled face of a set of images, and what became of it.

    Attributes:
        labelled: the F faces.
        verdict: int64 (F,), index of the reported state in `REPORTED_STATES`, -1 where it was missed.
        false_alarms: found boxes on no face.
    """

    labelled: Faces
    verdict: NDArray[np.int64]
    false_alarms: int

    @classmethod
    def at(cls, pairing: Pairing, confidence: float, iou: float) -> OperatingPoint:
        """Match the boxes of at least a confidence, whatever their state, at an IoU."""
        return cls(pairing.labelled, *pairing.verdicts(confidence, iou))

    def metrics(self, band: SizeBand) -> FoundFigures:
        """The counts for the faces of one band."""
        inside = band.holds(self.labelled.size)
        confusion = self._confusion(inside & self.labelled.three_class)
        decided = confusion[:, :_STATES]
        right = np.diag(decided)
        ends = [MaskState.with_mask, MaskState.without_mask]
        found = int(confusion.sum())
        return FoundFigures(
            recall=self._recall(inside),
            confusion=tuple(tuple(int(n) for n in row) for row in confusion),
            label_accuracy=Proportion.of(int(right.sum()), int(decided.sum())),
            with_or_without=Proportion.of(int(right[ends].sum()), int(decided[ends].sum())),
            uncertain=Proportion.of(found - int(decided.sum()), found),
            verdicts={name: _shares(row) for name, row in zip(STATE_NAMES, confusion, strict=True)},
        )

    def _recall(self, inside: NDArray[np.bool_]) -> dict[str, Proportion]:
        unmasked = self.labelled.state == MaskState.without_mask
        groups = {"masked": ~unmasked, "unmasked": unmasked} | {
            state.name: self.labelled.state == state for state in MaskState
        }
        found = self.verdict >= 0
        return {
            name: Proportion.of(int((inside & group & found).sum()), int((inside & group).sum()))
            for name, group in groups.items()
        }

    def _confusion(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        chosen = chosen & (self.verdict >= 0)
        cells = self.labelled.state[chosen] * _REPORTED + self.verdict[chosen]
        return np.bincount(cells, minlength=_STATES * _REPORTED).reshape(_STATES, _REPORTED)


def _shares(row: NDArray[np.int64]) -> dict[str, Proportion]:
    total = int(row.sum())
    return {name: Proportion.of(int(count), total) for name, count in zip(REPORTED_STATES, row, strict=True)}
