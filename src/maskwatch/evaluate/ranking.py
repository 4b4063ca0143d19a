"""All found boxes of a data set in the order of their scores, each a hit or a false alarm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Ranking:
    """Found boxes of many images, best score first, those ignored left out; all curves come from it.

    Attributes:
        score: float32 (K,), falling.
        hit: bool (K,), whether each took a labelled box.
        image: int64 (K,), number of the image that each lies in.
        positives: int64 (P,), labelled boxes of each image that were to be found.
    """

    score: NDArray[np.float32]
    hit: NDArray[np.bool_]
    image: NDArray[np.int64]
    positives: NDArray[np.int64]
