"""Log of a camera's state changes, on a monotonic clock."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from maskwatch.watch.cameras.state import CameraState, StateChange


@dataclass
class StateLog:
    """State changes of one camera; pass `add` to the camera as ``on_state``.

    Attributes:
        entries: time (`time.monotonic`, seconds) and state, in order.
    """

    entries: list[tuple[float, CameraState]] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def add(self, change: StateChange) -> None:
        """Log a change."""
        with self._changed:
            self.entries.append((time.monotonic(), change.state))
            self._changed.notify_all()

    def first(self, state: CameraState, since: float, timeout_s: float) -> float | None:
        """When the state was first entered after ``since``; waits for it, and returns None after ``timeout_s``."""
        with self._changed:
            self._changed.wait_for(lambda: self._find(state, since) is not None, timeout_s)
            return self._find(state, since)

    def last(self, state: CameraState, before: float) -> float:
        """When the state was last entered until ``before``."""
        return max(at for at, entered in self.entries if entered == state and at <= before)

    def _find(self, state: CameraState, since: float) -> float | None:
        return next((at for at, entered in self.entries if entered == state and at >= since), None)


def open_resources() -> tuple[int, int]:
    """Threads and file descriptors of this process."""
    tasks, descriptors = (Path("/proc/self", name) for name in ("task", "fd"))
    return len(os.listdir(tasks)), len(os.listdir(descriptors))  # noqa: PTH208
