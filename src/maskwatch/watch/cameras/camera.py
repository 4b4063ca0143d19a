"""One camera, read in a thread of its own, that comes back by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from maskwatch.frames import Frame
from maskwatch.sources.specs import Spec
from maskwatch.watch.cameras.options import CameraOptions
from maskwatch.watch.cameras.state import CameraState, StateChange


@dataclass(frozen=True)
class Captured:
    """One frame of a camera, and when it was read.

    Attributes:
        camera: its name.
        frame: the picture; ``time_s`` is its presentation time on a clock that never goes back.
        captured_at: when it was read, `time.monotonic` seconds.
        wall: the same as unix time, for reports only.
    """

    camera: str
    frame: Frame
    captured_at: float
    wall: float


class Camera:
    """Reads one source in a thread: connects, notices silence, tries again, keeps the newest frames.

    Args:
        name: how it is called in events and messages.
        spec: an address, a webcam (0, "0", "/dev/video0") or a video file, which is played in real time.
        options: time-outs, pauses, size of the buffer.
        ready: set whenever a frame waits or the state has changed; the one who takes frames clears it.
        told: gets each change of state, from the thread of the camera; must not block.

    Raises:
        SourceError: when the address is of a kind that is not read.
    """

    def __init__(
        self,
        name: str,
        spec: Spec,
        options: CameraOptions | None = None,
        *,
        ready: threading.Event | None = None,
        told: Callable[[StateChange], None] | None = None,
    ) -> None:
        raise NotImplementedError

    def start(self) -> None:
        """Begin reading."""
        raise NotImplementedError

    def take(self) -> Captured | None:
        """The frame that has waited longest in the buffer, which only holds the newest; None when none waits."""
        raise NotImplementedError

    @property
    def state(self) -> CameraState:
        """What it is doing now."""
        raise NotImplementedError

    @property
    def reason(self) -> str:
        """Why it is in this state; one line without passwords."""
        raise NotImplementedError

    @property
    def captured(self) -> int:
        """Frames put into the buffer so far."""
        raise NotImplementedError

    @property
    def dropped(self) -> int:
        """Frames pushed out of a full buffer before they were taken."""
        raise NotImplementedError

    def close(self, timeout_s: float = 5.0) -> bool:
        """Stop reading; True when the thread has ended within the time."""
        raise NotImplementedError
