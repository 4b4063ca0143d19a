"""One camera, read in a thread of its own, that comes back by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from maskwatch.errors import SourceError
from maskwatch.frames import Frame
from maskwatch.sources.live_frames import LatestFrameQueue, LazyFrame
from maskwatch.sources.options import Capture
from maskwatch.sources.specs import Spec
from maskwatch.sources.streams.address import redact
from maskwatch.sources.streams.fault import Fault, StreamError
from maskwatch.sources.timing import FrameRateLimiter, LiveClock
from maskwatch.watch.cameras.feeds import feed_opener
from maskwatch.watch.cameras.options import CameraOptions
from maskwatch.watch.cameras.pauses import Pauses
from maskwatch.watch.cameras.state import CameraState, StateChange


@dataclass(frozen=True)
class Captured:
    """One frame of a camera, and when it was read.

    Attributes:
        camera: its name.
        frame: the image; ``time_s`` is its presentation time on a clock that never goes back.
        captured_at: when it was read, `time.monotonic` seconds.
        wall_time: the same as unix time, for reports only.
    """

    camera: str
    frame: Frame
    captured_at: float
    wall_time: float


@dataclass(frozen=True)
class _Waiting:
    lazy_frame: LazyFrame
    index: int
    time_s: float
    rate: Fraction | None
    wall_time: float = field(default_factory=time.time)


class Camera:
    """Reads one source in a thread: connects, notices silence, tries again, keeps the newest frames.

    What is wrong for a moment is tried again after pauses that grow to ten seconds; what a person has to fix
    (login, codec) after a minute. A file that was read to its end has ended.

    Args:
        name: how it is called in events and messages.
        spec: an address, a webcam (0, "0", "/dev/video0") or a video file, which is played in real time.
        options: time-outs, pauses, size of the buffer.
        ready: set whenever a frame waits or the state has changed; the one who takes frames clears it.
        on_state: gets each change of state, from the thread of the camera; must not block.
        open_capture: opens webcam number N; None means OpenCV.

    Raises:
        SourceError: when the address is of a kind that is not read, or the file is no video.
    """

    def __init__(
        self,
        name: str,
        spec: Spec,
        options: CameraOptions | None = None,
        *,
        ready: threading.Event | None = None,
        on_state: Callable[[StateChange], None] | None = None,
        open_capture: Callable[[int], Capture] | None = None,
    ) -> None:
        self.name = name
        self._options = options or CameraOptions()
        self._source, self._open = feed_opener(spec, self._options.stream, open_capture)
        self._ready = ready or threading.Event()
        self._on_state = on_state or (lambda _change: None)
        self._buffer: LatestFrameQueue[_Waiting] = LatestFrameQueue(self._options.buffer)
        self._clock = LiveClock()
        self._limiter = FrameRateLimiter(self._options.fps)
        self._pauses = Pauses(self._options.first_pause_s, self._options.longest_pause_s)
        self._stop = threading.Event()
        self._doing = (CameraState.connecting, "")
        self._index = 0
        self._thread = threading.Thread(target=self._run, name=f"camera {name}", daemon=True)

    @property
    def doing(self) -> tuple[CameraState, str]:
        """Its state and the reason of that state, which change as one."""
        return self._doing

    @property
    def state(self) -> CameraState:
        """What it is doing now."""
        return self._doing[0]

    @property
    def reason(self) -> str:
        """Why it is in this state; one line without passwords."""
        return self._doing[1]

    @property
    def captured(self) -> int:
        """Frames put into the buffer so far: those taken, those dropped and those that wait."""
        return self._buffer.put_count

    @property
    def dropped(self) -> int:
        """Frames pushed out of a full buffer before they were taken."""
        return self._buffer.dropped

    @property
    def waiting(self) -> int:
        """Frames that wait to be taken."""
        return len(self._buffer)

    def start(self) -> None:
        """Begin reading."""
        self._thread.start()

    def take(self) -> Captured | None:
        """The frame that has waited longest in the buffer, which only holds the newest; None when none waits."""
        waiting = self._buffer.take()
        if waiting is None:
            return None
        frame = Frame(waiting.lazy_frame.decode(), waiting.index, waiting.time_s, self._source, waiting.rate)
        return Captured(self.name, frame, waiting.lazy_frame.arrived_at, waiting.wall_time)

    def close(self, timeout_s: float = 5.0) -> bool:
        """Stop reading; True when the thread has ended within the time.

        A thread that waits for a silent server cannot be ended at once; it ends by itself at its time-out.
        """
        self._stop.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._change(CameraState.connecting)
            try:
                remark = self._read()
            except SourceError as error:
                self._lost(error)
            except Exception as error:  # noqa: BLE001 - a watch of months must not lose a camera to any one error
                # Without the traceback: FFmpeg's errors carry the address with its password.
                self._lost(SourceError(redact(f"{self._source}: {type(error).__name__}: {error}")))
            else:
                if not self._stop.is_set():
                    self._change(CameraState.ended, remark or f"{self._source}: read to its end")
                return

    def _read(self) -> str:
        """Read one connection until it ends, and give what is to be said of it."""
        feed = self._open(self._stop)
        try:
            self._clock.begin()
            live_since = None
            for lazy_frame in feed.frames():
                if self._stop.is_set():
                    break
                if live_since is None:
                    live_since = lazy_frame.arrived_at
                    self._change(CameraState.live)
                elif lazy_frame.arrived_at - live_since > self._options.steady_s:
                    self._pauses.reset()
                self._keep(lazy_frame, feed.rate)
            return feed.remark
        finally:
            feed.close()

    def _keep(self, lazy_frame: LazyFrame, rate: Fraction | None) -> None:
        time_s = self._clock.time_of(lazy_frame.media_s, lazy_frame.arrived_at)
        index, self._index = self._index, self._index + 1
        if self._limiter.passes(time_s):
            self._buffer.put(_Waiting(lazy_frame, index, time_s, rate))
            self._ready.set()

    def _lost(self, error: SourceError) -> None:
        """Say what happened, and wait before the next try."""
        if self._stop.is_set():
            return
        fault = error.fault if isinstance(error, StreamError) else None
        if fault is Fault.stalled:
            self._change(CameraState.stalled, str(error))
        permanent = fault is not None and fault.permanent
        pause_s = self._options.failed_pause_s if permanent else self._pauses.next()
        state = CameraState.failed if permanent else CameraState.retrying
        self._change(state, f"{error}; trying again in {pause_s:.1f} s")
        self._stop.wait(pause_s)

    def _change(self, state: CameraState, reason: str = "") -> None:
        self._doing = (state, reason)
        self._on_state(StateChange(self.name, state, time.time(), reason))
        self._ready.set()
