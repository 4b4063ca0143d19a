"""Who is next: several cameras share one detector by fair turns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from maskwatch.watch.cameras.camera import Captured


class FrameSource(Protocol):
    """A camera as far as turns go."""

    def take(self) -> Captured | None:
        """The newest frame not yet taken, or None."""


class RoundRobin:
    """Goes around the cameras; one that has nothing new loses no more than its turn.

    Args:
        cameras: in any order; each gets the same share of the turns, however many frames it has.
    """

    def __init__(self, cameras: Sequence[FrameSource]) -> None:
        self._cameras = cameras
        self._next = 0

    def take(self) -> Captured | None:
        """The newest frame of the camera whose turn it is, or of the next that has one; None when none has."""
        for step in range(len(self._cameras)):
            place = (self._next + step) % len(self._cameras)
            captured = self._cameras[place].take()
            if captured is not None:
                self._next = (place + 1) % len(self._cameras)
                return captured
        return None
