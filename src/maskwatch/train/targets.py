"""Training targets of one image: its faces and ignored regions, packed as one array that any data loader can batch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

ROWS = 64
"""Most faces and ignored regions in one training sample."""

BOX = slice(0, 4)
"""Columns of a packed row: x1, y1, x2, y2 in input pixels ..."""
ROLE, STATE, BOX_WEIGHT, TWO_CLASS = 4, 5, 6, 7
"""... then the other fields of `Targets`."""
COLUMNS = 8


class Role(IntEnum):
    """Kind of a row in the packed array."""

    padding = 0
    face = 1
    ignore = 2


@dataclass(frozen=True)
class Targets:
    """The N faces and ignored regions of one training sample.

    Attributes:
        xyxy: float32 (N, 4), pixels of the sample.
        role: int (N,), `Role.face` or `Role.ignore`.
        state: int (N,), `MaskState`; meaningless for ignored regions.
        box_weight: float32 (N,), weight of the box loss; 0 for loose boxes.
        two_class: bool (N,), True where ``worn_incorrectly`` was not labelled.
    """

    xyxy: NDArray[np.float32]
    role: NDArray[np.int64]
    state: NDArray[np.int64]
    box_weight: NDArray[np.float32]
    two_class: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.xyxy)

    def __getitem__(self, index: NDArray[np.bool_] | NDArray[np.intp]) -> Targets:
        return Targets(
            self.xyxy[index], self.role[index], self.state[index], self.box_weight[index], self.two_class[index]
        )

    def joined(self, other: Targets) -> Targets:
        """The rows of both."""
        return Targets(
            np.concatenate([self.xyxy, other.xyxy]),
            np.concatenate([self.role, other.role]),
            np.concatenate([self.state, other.state]),
            np.concatenate([self.box_weight, other.box_weight]),
            np.concatenate([self.two_class, other.two_class]),
        )

    def packed(self) -> NDArray[np.float32]:
        """float32 (ROWS, COLUMNS), padded with zeros: the largest boxes first, any beyond ROWS dropped."""
        size = (self.xyxy[:, 2:] - self.xyxy[:, :2]).min(axis=1, initial=np.inf)
        chosen = self[np.argsort(-size, kind="stable")[:ROWS]]
        rows = np.zeros((ROWS, COLUMNS), np.float32)
        filled = rows[: len(chosen)]
        filled[:, BOX] = chosen.xyxy
        filled[:, ROLE] = chosen.role
        filled[:, STATE] = chosen.state
        filled[:, BOX_WEIGHT] = chosen.box_weight
        filled[:, TWO_CLASS] = chosen.two_class
        return rows
