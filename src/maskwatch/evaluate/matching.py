"""Which found box belongs to which labelled box: greedy, one to one, best score first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UNMATCHED = -1


@dataclass(frozen=True)
class Candidates:
    """The boxes of one picture that found boxes may take.

    Attributes:
        overlap: float32 (D, G), how well each found box fits each box; found boxes best score first.
        allowed: bool (D, G), where the fit is good enough.
        ignored: bool (G,), boxes that are neither to be found nor to be missed.
        reusable: bool (G,), boxes that may be taken any number of times.
    """

    overlap: NDArray[np.float32]
    allowed: NDArray[np.bool_]
    ignored: NDArray[np.bool_]
    reusable: NDArray[np.bool_]


def greedy_match(candidates: Candidates) -> NDArray[np.int64]:
    """The box that each found box takes, int64 (D,), or `UNMATCHED`.

    In the order of their scores each found box takes, among the boxes still free that it fits well enough, the one
    that it overlaps most; ignored boxes only when no other is free. This is the rule of the COCO evaluation
    (``COCOeval.evaluateImg`` in pycocotools), where crowd boxes are the reusable ones.
    """
    found, box = np.nonzero(candidates.allowed)
    preference = np.lexsort((-candidates.overlap[found, box], candidates.ignored[box], found))
    taken = np.full(candidates.allowed.shape[0], UNMATCHED, np.int64)
    free = [True] * candidates.allowed.shape[1]
    reusable = candidates.reusable.tolist()
    for d, g in zip(found[preference].tolist(), box[preference].tolist(), strict=True):
        if taken[d] == UNMATCHED and free[g]:
            taken[d] = g
            free[g] = reusable[g]
    return taken
