"""Which found box belongs to which labelled box: greedy, one to one, best score first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UNMATCHED = -1


@dataclass(frozen=True)
class Pairs:
    """Found boxes and the boxes that each of them fits well enough; any number of images together.

    Attributes:
        found: int64 (K,), number of the found box, 0 is the one with the best score.
        box: int64 (K,), number of the box.
        overlap: float32 (K,), how well the two fit.
    """

    found: NDArray[np.int64]
    box: NDArray[np.int64]
    overlap: NDArray[np.float32]


def greedy_match(
    pairs: Pairs, found_count: int, ignored: NDArray[np.bool_], reusable: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """The box that each found box takes.

    In the order of their scores each found box takes, among the boxes still free that it fits, the one that it
    overlaps most; an ignored box only when no other is free. This is the rule of the COCO evaluation
    (``COCOeval.evaluateImg`` of pycocotools), where crowd boxes are ignored and reusable.

    Args:
        pairs: what may be matched.
        found_count: D, number of found boxes.
        ignored: bool (G,), boxes that are neither to be found nor to be missed.
        reusable: bool (G,), boxes that may be taken any number of times.

    Returns:
        int64 (D,), number of the box, or `UNMATCHED`.
    """
    order = np.lexsort((-pairs.overlap, ignored[pairs.box], pairs.found))
    taken = [UNMATCHED] * found_count
    free = [True] * len(ignored)
    stays_free = reusable.tolist()
    for d, g in zip(pairs.found[order].tolist(), pairs.box[order].tolist(), strict=True):
        if taken[d] == UNMATCHED and free[g]:
            taken[d] = g
            free[g] = stays_free[g]
    return np.array(taken, np.int64)
