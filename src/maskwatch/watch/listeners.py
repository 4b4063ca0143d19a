"""What becomes of each picture that was looked at, for those who want to know: preview, pictures, clips, status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from maskwatch.detections import Detections
from maskwatch.watch.cameras.camera import Captured
from maskwatch.watch.events import Event


@dataclass(frozen=True)
class Verdict:
    """One frame with the people in it.

    Attributes:
        captured: the frame, and when it was read.
        people: faces with numbers and voted states.
        events: what the rules made of it; those of incidents only.
        age_s: from the reading of the frame to the verdict, seconds.
        detected: False when the detector left this frame out and people were followed by their motion.
    """

    captured: Captured
    people: Detections
    events: tuple[Event, ...]
    age_s: float
    detected: bool


class Listener(Protocol):
    """Is told of each verdict, on the thread that detects: what takes long has to go elsewhere.

    Raises:
        SinkError: from `saw`, when something cannot be kept; it is logged and the watch goes on.
    """

    def saw(self, verdict: Verdict) -> None:
        """Take one verdict."""
        ...

    def tick(self) -> None:
        """Called twice a second or so, with or without frames."""
        ...

    def close(self) -> None:
        """Finish what was begun."""
        ...
