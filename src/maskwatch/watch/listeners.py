"""What the preview, snapshots, clips and the status output receive from a running watch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maskwatch.detections import Detections
from maskwatch.watch.cameras.camera import Captured
from maskwatch.watch.events import Event


@dataclass(frozen=True)
class FrameResult:
    """One processed frame.

    Attributes:
        captured: the frame, and when it was read.
        people: tracked faces with their voted states.
        events: events of incidents that this frame caused.
        age_s: seconds from the reading of the frame to this result.
        detected: False when the detector skipped this frame and the tracks were extrapolated by their motion.
    """

    captured: Captured
    people: Detections
    events: tuple[Event, ...]
    age_s: float
    detected: bool


class Listener:
    """Receives what happens in a watch, on the thread that detects: slow work belongs on another thread.

    Every method may raise `SinkError` when something cannot be saved; the error is logged and the watch continues.
    """

    def on_frame(self, result: FrameResult) -> None:
        """A frame was processed."""

    def on_events(self, events: Sequence[Event]) -> None:
        """Events of incidents, or changes of cameras, were stored."""

    def on_camera_lost(self, camera: str) -> None:
        """A camera gives no more frames, for now or for good."""

    def tick(self) -> None:
        """Called about four times a second, with or without frames."""

    def close(self) -> None:
        """The watch ends: finish open work."""
