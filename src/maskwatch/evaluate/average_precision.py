"""Precision-recall curves and the figures read off them, in plain numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch.evaluate.ranking import Ranking

COCO_RECALLS = np.linspace(0, 1, 101)


@dataclass(frozen=True)
class PrecisionRecall:
    """One point for each hit, best score first.

    Attributes:
        recall, precision: float64 (H,), 0..1.
        score: float32 (H,), the confidence at which each point is reached.
    """

    recall: NDArray[np.float64]
    precision: NDArray[np.float64]
    score: NDArray[np.float32]

    @property
    def envelope(self) -> NDArray[np.float64]:
        """float64 (H,), the best precision at each recall or a higher one."""
        return np.asarray(np.maximum.accumulate(self.precision[::-1])[::-1], np.float64)


def precision_recall(ranking: Ranking) -> PrecisionRecall | None:
    """The curve of a ranking; None when there was nothing to find."""
    total = int(ranking.positives.sum())
    if total == 0:
        return None
    at = np.flatnonzero(ranking.hit)
    hits = np.arange(1, len(at) + 1)
    return PrecisionRecall(hits / total, hits / (at + 1), ranking.score[at])


def average_precision(ranking: Ranking) -> float | None:
    """All-point average precision, 0..1: the area under the envelope; None when there was nothing to find.

    The sum over all hits of the envelope's precision, divided by the number of labelled boxes (PASCAL VOC, 2010 on).
    """
    curve = precision_recall(ranking)
    return None if curve is None else float(curve.envelope.sum() / ranking.positives.sum())


def average_precision_101(ranking: Ranking) -> float | None:
    """COCO's average precision, 0..1: the envelope's mean at recalls 0, 0.01, ..., 1; None when nothing was to find."""
    curve = precision_recall(ranking)
    if curve is None:
        return None
    at = np.searchsorted(curve.recall, COCO_RECALLS, side="left")
    return float(np.append(curve.envelope, 0.0)[at].mean())


def recall_at_precision(ranking: Ranking, precision: float) -> float | None:
    """The best recall, 0..1, at a threshold of at least this precision; None when there was nothing to find."""
    curve = precision_recall(ranking)
    return None if curve is None else float(curve.recall[curve.precision >= precision].max(initial=0.0))
