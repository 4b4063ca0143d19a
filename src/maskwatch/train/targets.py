"""What the network is to learn from one image, packed as one array so that any data loader can batch it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

COLUMNS = 8
"""x1, y1, x2, y2 (input pixels), role, state, box weight, two-class flag."""
ROWS = 64
"""Faces and ignored regions that one training crop can hold."""


class Role(IntEnum):
    """What a row of the target array stands for."""

    padding = 0
    face = 1
    ignore = 2


@dataclass(frozen=True)
class Targets:
    """The faces of one crop.

    Attributes:
        xyxy: float32 (N, 4), pixels of the crop.
        role: int (N,), `Role.face` or `Role.ignore`.
        state: int (N,), `MaskState`; of no meaning for ignored regions.
        box_weight: float32 (N,), 1 for boxes to learn edges from, 0 for loose ones.
        two_class: bool (N,), True where incorrect wearing was not marked.
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
        """float32 (ROWS, COLUMNS), padded with zeros; the largest boxes come first, and the rest are left out."""
        size = (self.xyxy[:, 2:] - self.xyxy[:, :2]).min(axis=1, initial=np.inf)
        chosen = self[np.argsort(-size, kind="stable")[:ROWS]]
        columns = (chosen.xyxy, chosen.role, chosen.state, chosen.box_weight, chosen.two_class)
        rows = np.zeros((ROWS, COLUMNS), np.float32)
        rows[: len(chosen)] = np.column_stack([np.asarray(c, np.float32) for c in columns])
        return rows
