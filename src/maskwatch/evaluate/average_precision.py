"""Ranked detections, their precision-recall curve, and the metrics read from it, in plain numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

COCO_RECALLS = np.linspace(0, 1, 101)


@dataclass(frozen=True)
class Ranking:
    """Detections in many images, best score first, without ignored ones.

    Attributes:
        score: float32 (K,), descending.
        hit: bool (K,), True for a true positive.
        image: int64 (K,), index of the image of each detection.
        positives: int64 (P,), labelled faces in each image that must be detected.
    """

    score: NDArray[np.float32]
    hit: NDArray[np.bool_]
    image: NDArray[np.int64]
    positives: NDArray[np.int64]


@dataclass(frozen=True)
class PrecisionRecall:
    """A precision-recall curve with one point for each true positive, best score first.

    Attributes:
        recall, precision: float64 (H,), 0..1.
        score: float32 (H,), the threshold of each point.
    """

    recall: NDArray[np.float64]
    precision: NDArray[np.float64]
    score: NDArray[np.float32]

    @property
    def envelope(self) -> NDArray[np.float64]:
        """float64 (H,), the best precision at each recall or a higher one."""
        return np.asarray(np.maximum.accumulate(self.precision[::-1])[::-1], np.float64)


def precision_recall(ranking: Ranking) -> PrecisionRecall | None:
    """The curve of a ranking; None without labelled faces."""
    total = int(ranking.positives.sum())
    if total == 0:
        return None
    at = np.flatnonzero(ranking.hit)
    hits = np.arange(1, len(at) + 1)
    return PrecisionRecall(hits / total, hits / (at + 1), ranking.score[at])


def average_precision(ranking: Ranking) -> float | None:
    """All-point average precision, 0..1 (PASCAL VOC since 2010): the area under the envelope.

    Returns:
        None without labelled faces.
    """
    curve = precision_recall(ranking)
    return None if curve is None else float(curve.envelope.sum() / ranking.positives.sum())


def average_precision_101(ranking: Ranking) -> float | None:
    """COCO's average precision, 0..1: the mean of the envelope at the recalls 0, 0.01, ..., 1.

    Returns:
        None without labelled faces.
    """
    curve = precision_recall(ranking)
    if curve is None:
        return None
    at = np.searchsorted(curve.recall, COCO_RECALLS, side="left")
    return float(np.append(curve.envelope, 0.0)[at].mean())


def recall_at_precision(ranking: Ranking, precision: float) -> float | None:
    """The highest recall, 0..1, over all thresholds with at least this precision; None without labelled faces."""
    curve = precision_recall(ranking)
    return None if curve is None else float(curve.recall[curve.precision >= precision].max(initial=0.0))
