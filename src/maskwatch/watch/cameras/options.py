"""Options of one camera."""

from __future__ import annotations

from dataclasses import dataclass, field

from maskwatch.errors import UsageError
from maskwatch.sources.options import StreamOptions
from maskwatch.watch.settings import CameraSettings


@dataclass(frozen=True)
class CameraOptions:
    """How a camera is read, and how soon it is retried after a failure.

    Attributes:
        stream: timeouts and transport of network addresses.
        fps: maximum frame rate; None for all frames. Frames above it are skipped and do not count as dropped.
        buffer: number of newest frames that wait to be taken; older ones are dropped and counted.
        first_pause_s: pause before the first retry, seconds; doubled after each failure.
        longest_pause_s: longest pause between retries. The default leaves a second below the documented ten, for
            busy computers.
        steady_s: after this long live, pauses start from the first one again.
        failed_pause_s: pause before retrying what a person has to fix (login, codec).

    Raises:
        UsageError: when a value is out of range.
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

    @classmethod
    def from_settings(cls, camera: CameraSettings) -> CameraOptions:
        """The options for a camera of the settings."""
        stream = StreamOptions(camera.open_timeout_s, camera.read_timeout_s, camera.rtsp_transport, camera.stall_s)
        return cls(stream, fps=camera.fps)
