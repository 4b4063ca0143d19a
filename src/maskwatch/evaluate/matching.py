"""Greedy one-to-one matching of detections to labelled boxes, best score first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UNMATCHED = -1


@dataclass(frozen=True)
class Pairs:
    """Detections and boxes that overlap enough to match, over any number of images.

    Attributes:
        detection: int64 (K,), index of the detection; 0 has the best score.
        box: int64 (K,), index of the box.
        overlap: float32 (K,).
    """

    detection: NDArray[np.int64]
    box: NDArray[np.int64]
    overlap: NDArray[np.float32]


def greedy_match(
    pairs: Pairs, detections: int, ignored: NDArray[np.bool_], reusable: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Match each detection to a box.

    In order of score, each detection takes the free box that it overlaps most; an ignored box only when no other is
    free. This is the rule of the COCO evaluation (``COCOeval.evaluateImg`` of pycocotools), where crowd boxes are
    ignored and reusable.

    Args:
        pairs: possible matches.
        detections: D, number of detections.
        ignored: bool (G,), boxes that count neither as positives nor as misses.
        reusable: bool (G,), boxes that several detections may match.

    Returns:
        int64 (D,), index of the box, or `UNMATCHED`.
    """
    order = np.lexsort((-pairs.overlap, ignored[pairs.box], pairs.detection))
    taken = [UNMATCHED] * detections
    free = [True] * len(ignored)
    stays_free = reusable.tolist()
    for d, g in zip(pairs.detection[order].tolist(), pairs.box[order].tolist(), strict=True):
        if taken[d] == UNMATCHED and free[g]:
            taken[d] = g
            free[g] = stays_free[g]
    return np.array(taken, np.int64)
