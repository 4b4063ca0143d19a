"""Where a training stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """Where a training stands, told after every batch and every epoch.

    Attributes:
        step, steps: batches done, and in all.
        epoch, epochs: the epoch that runs, from 1, and how many there will be.
        row: the epoch's line of the history when it has just ended, else None.
    """

    step: int
    steps: int
    epoch: int
    epochs: int
    row: dict[str, float] | None = None
