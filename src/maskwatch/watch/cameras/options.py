"""How a camera is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from maskwatch.errors import UsageError
from maskwatch.sources.options import StreamOptions


@dataclass(frozen=True)
class CameraOptions:
    """How a camera is read and how its failures are met.

    Attributes:
        stream: time-outs and transport of network addresses.
        fps: at most that many frames a second are handed on; None for all. What is above is skipped, not dropped.
        buffer: how many of the newest frames wait to be taken; older ones are dropped and counted.
        first_pause_s: before the first retry, seconds; doubled for each one that fails.
        longest_pause_s: limit of that. A second below ten, so that it stays below ten on a busy computer too.
        steady_s: how long a camera must have been live for the pauses to start small again.
        failed_pause_s: before something that a person has to fix (login, codec) is tried again.

    Raises:
        UsageError: when a value is out of its range.
    """

    stream: StreamOptions = field(default_factory=StreamOptions)
    fps: float | None = None
    buffer: int = 1
    first_pause_s: float = 0.5
    longest_pause_s: float = 9.0
    steady_s: float = 10.0
    failed_pause_s: float = 60.0

    def __post_init__(self) -> None:
        for name in ("first_pause_s", "longest_pause_s", "steady_s", "failed_pause_s"):
            if not getattr(self, name) > 0:
                raise UsageError(f"{name} must be more than 0 seconds, not {getattr(self, name)}")
        if self.fps is not None and not 0 < self.fps <= 1000:
            raise UsageError(f"fps must be between 0 and 1000, not {self.fps}; leave it out for all frames")
        if self.buffer < 1:
            raise UsageError(f"buffer must hold at least 1 frame, not {self.buffer}")
