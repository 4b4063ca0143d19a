"""What a detector is evaluated on: tasks (each state, any face, masked faces) and ranges of face size."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch.detections import MaskState

_W, _I, _N = MaskState.with_mask, MaskState.worn_incorrectly, MaskState.without_mask


@dataclass(frozen=True)
class Task:
    """Which faces must be detected, and which detections count.

    Attributes:
        name: in tables and reports.
        targets: states of the labelled faces to detect.
        predicted: predicted states of the detections that count.
        ignored: states of labelled faces that act as ignore regions.
        by_confidence: rank detections by confidence; otherwise by confidence x probability of the state.
        on_2class: whether images without labels for incorrect wearing take part.
    """

    name: str
    targets: tuple[MaskState, ...]
    predicted: tuple[MaskState, ...] = (_W, _I, _N)
    ignored: tuple[MaskState, ...] = ()
    by_confidence: bool = True
    on_2class: bool = True


def _of_state(state: MaskState) -> Task:
    return Task(state.name, (state,), (state,), by_confidence=False, on_2class=state is not _I)


STATE_TASKS = tuple(_of_state(state) for state in MaskState)
FACE = Task("face", (_W, _I, _N))
MASKED = Task("masked", (_W, _I), ignored=(_N,))
TASKS = (*STATE_TASKS, FACE, MASKED)


@dataclass(frozen=True)
class FaceSizeRange:
    """Faces with ``low <= size < high``; the size is the shorter side of the box in stored pixels.

    Attributes:
        name: in tables and reports.
        low: in pixels.
        high: in pixels; None for no limit.
    """

    name: str
    low: float = 0
    high: float | None = None

    def contains(self, size: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Whether each of the sizes (N,) is in the range: bool (N,)."""
        return np.asarray((size >= self.low) & (size < (math.inf if self.high is None else self.high)), np.bool_)


ALL_SIZES = FaceSizeRange("all")
FROM_32 = FaceSizeRange(">=32 px", 32)
NARROW_RANGES = (
    FaceSizeRange("<16 px", 0, 16),
    FaceSizeRange("16-32 px", 16, 32),
    FaceSizeRange("32-64 px", 32, 64),
    FaceSizeRange("64-128 px", 64, 128),
    FaceSizeRange(">=128 px", 128),
)
