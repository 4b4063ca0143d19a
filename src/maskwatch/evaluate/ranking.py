"""All found boxes of a data set in the order of their scores, each a hit or a false alarm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class PictureOutcome:
    """What matching gave for one picture.

    Attributes:
        score: float32 (D,), of the found boxes that count, those ignored left out.
        hit: bool (D,), whether each took a labelled box.
        positives: number of labelled boxes that were to be found.
    """

    score: NDArray[np.float32]
    hit: NDArray[np.bool_]
    positives: int


@dataclass(frozen=True)
class Ranking:
    """Found boxes of many pictures, best score first; from it come all curves and average precisions.

    Attributes:
        score: float32 (K,), falling.
        hit: bool (K,).
        picture: int64 (K,), number of the picture that each box lies in.
        positives: int64 (P,), labelled boxes of each picture.
    """

    score: NDArray[np.float32]
    hit: NDArray[np.bool_]
    picture: NDArray[np.int64]
    positives: NDArray[np.int64]

    @classmethod
    def of(cls, outcomes: Sequence[PictureOutcome]) -> Ranking:
        """Merge pictures; equal scores stay in the order of the pictures."""
        score = np.concatenate([o.score for o in outcomes] or [np.zeros(0, np.float32)])
        hit = np.concatenate([o.hit for o in outcomes] or [np.zeros(0, np.bool_)])
        picture = np.repeat(np.arange(len(outcomes), dtype=np.int64), [len(o.score) for o in outcomes])
        order = np.argsort(-score, kind="stable")
        positives = np.array([o.positives for o in outcomes], np.int64)
        return cls(score[order], hit[order], picture[order], positives)
