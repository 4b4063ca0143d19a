"""What becomes of each image that was looked at, for those who want to know: preview, images, clips, status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


class Listener:
    """Is told of each verdict, on the thread that detects: what takes long has to go elsewhere.

    Every method may raise `SinkError` when something cannot be kept; that is logged, and the watch goes on.
    """

    def on_frame(self, verdict: Verdict) -> None:
        """Take one verdict."""

    def on_events(self, events: Sequence[Event]) -> None:
        """Events were kept: of incidents, and changes of cameras."""

    def lost(self, camera: str) -> None:
        """A camera gives no frames any more, for now or for good."""

    def tick(self) -> None:
        """Called some times a second, with or without frames."""

    def close(self) -> None:
        """Finish what was begun."""
