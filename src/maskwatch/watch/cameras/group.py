"""All cameras of a watch, which share one detector in turns."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Protocol

from maskwatch.watch.cameras.camera import Camera, Captured
from maskwatch.watch.cameras.options import CameraOptions
from maskwatch.watch.cameras.state import CameraState, StateChange
from maskwatch.watch.settings import CameraSettings


class TakesFrames(Protocol):
    """The part of a camera that `RoundRobin` needs."""

    def take(self) -> Captured | None:
        """The next frame, or None."""


class RoundRobin:
    """Round-robin over cameras: a camera without a new frame loses only its turn.

    Args:
        cameras: in any order; all get the same share of the turns, whatever their frame rates.
    """

    def __init__(self, cameras: Sequence[TakesFrames]) -> None:
        self._cameras = cameras
        self._next = 0

    def take(self) -> Captured | None:
        """A frame of the next camera that has one; None when none has."""
        for step in range(len(self._cameras)):
            index = (self._next + step) % len(self._cameras)
            captured = self._cameras[index].take()
            if captured is not None:
                self._next = (index + 1) % len(self._cameras)
                return captured
        return None


class CameraGroup:
    """The cameras of a watch; its methods are for one thread, which takes the frames.

    Args:
        cameras: settings of the cameras.

    Raises:
        SourceError: when the scheme of an address is not supported, or a file is not a video.
    """

    def __init__(self, cameras: Sequence[CameraSettings]) -> None:
        self._ready = threading.Event()
        self._changes: deque[StateChange] = deque()
        self.cameras = {
            camera.name: Camera(
                camera.name,
                camera.url,
                CameraOptions.from_settings(camera),
                ready=self._ready,
                on_state=self._changes.append,
            )
            for camera in cameras
        }
        self._turns = RoundRobin(list(self.cameras.values()))

    def start(self) -> None:
        """Start reading all cameras."""
        for camera in self.cameras.values():
            camera.start()

    def close(self, timeout_s: float) -> None:
        """Stop reading; waits ``timeout_s`` in total for the cameras' threads."""
        deadline = time.monotonic() + timeout_s
        for camera in self.cameras.values():
            camera.close(max(0.0, deadline - time.monotonic()))

    def take(self) -> Captured | None:
        """A frame of the next camera that has one; None when none has."""
        return self._turns.take()

    def take_rest(self, camera: str) -> Iterator[Captured]:
        """The frames that still wait in the buffer of one camera."""
        while (captured := self.cameras[camera].take()) is not None:
            yield captured

    def state_changes(self) -> Iterator[StateChange]:
        """The state changes since the last call, in order."""
        while self._changes:
            yield self._changes.popleft()

    def wait(self, timeout_s: float) -> None:
        """Wait for a frame or a state change; call it after `take` has returned None."""
        self._ready.wait(timeout_s)
        self._ready.clear()

    @property
    def running(self) -> list[str]:
        """Names of the cameras that have not ended."""
        return [name for name, camera in self.cameras.items() if camera.state != CameraState.ended]

    @property
    def all_gave_frames(self) -> bool:
        """Whether every camera has given at least one frame."""
        return all(camera.captured for camera in self.cameras.values())
