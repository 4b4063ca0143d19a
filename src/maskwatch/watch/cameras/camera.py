"""One camera: read on its own thread, reconnected after failures."""

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
from maskwatch.watch.backoff import Backoff
from maskwatch.watch.cameras.camera_stream import stream_opener
from maskwatch.watch.cameras.options import CameraOptions
from maskwatch.watch.cameras.state import CameraState, StateChange


@dataclass(frozen=True)
class Captured:
    """One frame of a camera, and when it was read.

    Attributes:
        camera: name of the camera.
        frame: the frame; ``time_s`` is its presentation time on a clock that never goes back.
        captured_at: when it was read, `time.monotonic` seconds.
        wall_time: when it was read, Unix time in seconds; the clock may be set, so never use it for durations.
    """

    camera: str
    frame: Frame
    captured_at: float
    wall_time: float


@dataclass(frozen=True)
class _Buffered:
    """A frame that waits to be taken. It is decoded only then."""

    frame: LazyFrame
    index: int
    time_s: float
    rate: Fraction | None
    wall_time: float = field(default_factory=time.time)


class Camera:
    """Reads one source on its own thread: connects, detects stalls, reconnects and buffers the newest frames.

    Transient failures are retried after pauses that grow to ten seconds, failures that a person has to fix (login,
    codec) after a minute. A video file ends when it was read to its end.

    Args:
        name: its name in events and messages.
        spec: an address, a webcam (0, "0", "/dev/video0") or a video file, which is played in real time.
        options: timeouts, pauses and buffer size.
        ready: set whenever a frame waits or the state has changed; the consumer clears it.
        on_state: called with each change of state, on the camera's thread; must not block.
        open_capture: opens webcam number N; None for OpenCV.

    Raises:
        SourceError: when the scheme of an address is not supported, or a file is not a video.
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
        self._source, self._open = stream_opener(spec, self._options.stream, open_capture)
        self._ready = ready or threading.Event()
        self._on_state = on_state or (lambda _change: None)
        self._buffer: LatestFrameQueue[_Buffered] = LatestFrameQueue(self._options.buffer)
        self._clock = LiveClock()
        self._limiter = FrameRateLimiter(self._options.fps)
        self._backoff = Backoff(self._options.first_pause_s, self._options.longest_pause_s)
        self._failures = 0
        self._stop = threading.Event()
        self._status = (CameraState.connecting, "")
        self._index = 0
        self._thread = threading.Thread(target=self._run, name=f"camera {name}", daemon=True)

    @property
    def status(self) -> tuple[CameraState, str]:
        """State and reason; read together, they always belong together."""
        return self._status

    @property
    def state(self) -> CameraState:
        """Current state."""
        return self._status[0]

    @property
    def reason(self) -> str:
        """Reason for the state, in one line without credentials."""
        return self._status[1]

    @property
    def captured(self) -> int:
        """Frames buffered so far: taken, dropped and waiting."""
        return self._buffer.put_count

    @property
    def dropped(self) -> int:
        """Frames pushed out of the full buffer before they were taken."""
        return self._buffer.dropped

    @property
    def waiting(self) -> int:
        """Frames in the buffer."""
        return len(self._buffer)

    def start(self) -> None:
        """Start reading."""
        self._thread.start()

    def take(self) -> Captured | None:
        """The oldest frame in the buffer, which holds only the newest ones; None when it is empty."""
        buffered = self._buffer.take()
        if buffered is None:
            return None
        frame = Frame(buffered.frame.decode(), buffered.index, buffered.time_s, self._source, buffered.rate)
        return Captured(self.name, frame, buffered.frame.arrived_at, buffered.wall_time)

    def close(self, timeout_s: float = 5.0) -> bool:
        """Stop reading; True when the thread has ended within ``timeout_s``.

        A thread that waits for a silent server cannot be interrupted; it ends at its own timeout.
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
                self._fail(error)
            except Exception as error:  # noqa: BLE001 - no single error may cost a watch of months a camera
                # Without the traceback: FFmpeg's errors carry the address with its password.
                self._fail(SourceError(redact(f"{self._source}: {type(error).__name__}: {error}")))
            else:
                if not self._stop.is_set():
                    self._change(CameraState.ended, remark or f"{self._source}: read to its end")
                return

    def _read(self) -> str:
        """Read one connection to its end; returns the stream's remark."""
        stream = self._open(self._stop)
        try:
            self._clock.begin()
            live_since = None
            for frame in stream.frames():
                if self._stop.is_set():
                    break
                if live_since is None:
                    live_since = frame.arrived_at
                    self._change(CameraState.live)
                elif frame.arrived_at - live_since > self._options.steady_s:
                    self._failures = 0
                self._buffer_frame(frame, stream.rate)
            return stream.remark
        finally:
            stream.close()

    def _buffer_frame(self, frame: LazyFrame, rate: Fraction | None) -> None:
        time_s = self._clock.time_of(frame.media_s, frame.arrived_at)
        index, self._index = self._index, self._index + 1
        if self._limiter.passes(time_s):
            self._buffer.put(_Buffered(frame, index, time_s, rate))
            self._ready.set()

    def _fail(self, error: SourceError) -> None:
        """Report a failure and wait before the next attempt."""
        if self._stop.is_set():
            return
        fault = error.fault if isinstance(error, StreamError) else None
        if fault is Fault.stalled:
            self._change(CameraState.stalled, str(error))
        if fault is not None and fault.permanent:
            state, pause_s = CameraState.failed, self._options.failed_pause_s
        else:
            self._failures += 1
            state, pause_s = CameraState.retrying, self._backoff.after(self._failures)
        self._change(state, f"{error}; trying again in {pause_s:.1f} s")
        self._stop.wait(pause_s)

    def _change(self, state: CameraState, reason: str = "") -> None:
        self._status = (state, reason)
        self._on_state(StateChange(self.name, state, time.time(), reason))
        self._ready.set()
