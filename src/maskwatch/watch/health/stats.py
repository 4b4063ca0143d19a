"""Statistics of a watch: frame rates, frame ages, drops and people of each camera, events, inference time."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from maskwatch.detections import REPORTED_STATES, Detections
from maskwatch.watch.cameras.camera import Camera
from maskwatch.watch.cameras.state import CameraState
from maskwatch.watch.events import Event
from maskwatch.watch.listeners import FrameResult, Listener
from maskwatch.watch.perception import Perception

_RATE_WINDOW_S = 10.0
_AGES = 600


@dataclass(frozen=True)
class CameraStats:
    """Statistics of one camera at one moment.

    Attributes:
        camera: name of the camera.
        state: of its connection.
        reason: why it is in this state, without credentials.
        captured: frames read so far.
        dropped: frames replaced by newer ones before they were processed.
        processed: frames processed so far.
        fps: processed frames per second over the last ten seconds.
        age_p50_s: time from reading a frame to its result, seconds: median of the last 600 frames.
        age_p95_s: the same, 95th percentile.
        since_verdict_s: seconds since the last processed frame; None before the first.
        now: people in the last frame, by the name of their state.
        people: different people so far, by the name of their last state.
    """

    camera: str
    state: CameraState
    reason: str = ""
    captured: int = 0
    dropped: int = 0
    processed: int = 0
    fps: float = 0.0
    age_p50_s: float = 0.0
    age_p95_s: float = 0.0
    since_verdict_s: float | None = None
    now: dict[str, int] = field(default_factory=lambda: dict.fromkeys(REPORTED_STATES, 0))
    people: dict[str, int] = field(default_factory=lambda: dict.fromkeys(REPORTED_STATES, 0))


@dataclass(frozen=True)
class WatchStats:
    """Statistics of a whole watch at one moment.

    Attributes:
        cameras: of each camera.
        loop_silent_s: seconds since the main loop last reported progress; large when it hangs.
        inference_s: total time in the detector, seconds.
        inferences: images passed to the detector.
        events: number of events by rule, camera and kind ("new", "update", "end").
        undelivered: undelivered events by the name of the sender.
        unsaved: events that wait for space on the disk.
    """

    cameras: Sequence[CameraStats]
    loop_silent_s: float = 0.0
    inference_s: float = 0.0
    inferences: int = 0
    events: dict[tuple[str, str, str], int] = field(default_factory=dict)
    undelivered: dict[str, int] = field(default_factory=dict)
    unsaved: int = 0


class CameraTally:
    """Counts the processed frames of one camera; written by one thread, read by any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ages: deque[float] = deque(maxlen=_AGES)
        self._times: deque[float] = deque()
        self._started = time.monotonic()
        self._last: float | None = None
        self._now = dict.fromkeys(REPORTED_STATES, 0)
        self._processed = 0

    def add(self, people: Detections, age_s: float) -> None:
        """Count a frame that was processed ``age_s`` seconds after it was read."""
        with self._lock:
            self._last = time.monotonic()
            self._times.append(self._last)
            while self._times[0] < self._last - _RATE_WINDOW_S:
                self._times.popleft()
            self._ages.append(age_s)
            self._now = people.counts()
            self._processed += 1

    def clear(self) -> None:
        """The camera sees nobody any more."""
        with self._lock:
            self._now = dict.fromkeys(REPORTED_STATES, 0)

    def stats(
        self, camera: str, state: CameraState, reason: str, captured: int, dropped: int, people: dict[str, int]
    ) -> CameraStats:
        """The current statistics."""
        now = time.monotonic()
        with self._lock:
            ages = sorted(self._ages)
            recent = sum(at >= now - _RATE_WINDOW_S for at in self._times)
            return CameraStats(
                camera,
                state,
                reason,
                captured,
                dropped,
                self._processed,
                fps=recent / min(_RATE_WINDOW_S, max(now - self._started, 1.0)),
                age_p50_s=quantile(ages, 0.5),
                age_p95_s=quantile(ages, 0.95),
                since_verdict_s=None if self._last is None else now - self._last,
                now=dict(self._now),
                people=people,
            )


class Tally(Listener):
    """Counts frames and events of all cameras; read by any thread.

    Args:
        cameras: by their names.
        perception: counts people and inferences.
    """

    def __init__(self, cameras: Mapping[str, Camera], perception: Perception) -> None:
        self._cameras, self._perception = cameras, perception
        self._tallies = {name: CameraTally() for name in cameras}
        self._events: Counter[tuple[str, str, str]] = Counter()

    def camera_stats(self) -> list[CameraStats]:
        """Current statistics of each camera."""
        return [
            self._tallies[name].stats(
                name, *camera.status, camera.captured, camera.dropped, self._perception.people(name)
            )
            for name, camera in self._cameras.items()
        ]

    def watch_stats(self, *, loop_silent_s: float, unsaved: int) -> WatchStats:
        """Current statistics of the watch, without those of the outbox.

        Args:
            loop_silent_s: seconds since the main loop last reported progress.
            unsaved: events that wait for space on the disk.
        """
        inference_s, inferences = self._perception.inference_s, self._perception.inferences
        return WatchStats(
            self.camera_stats(), loop_silent_s, inference_s, inferences, dict(self._events), unsaved=unsaved
        )

    def on_frame(self, result: FrameResult) -> None:
        """Count a frame."""
        self._tallies[result.captured.camera].add(result.people, result.age_s)

    def on_events(self, events: Sequence[Event]) -> None:
        """Count the events of incidents."""
        self._events.update((event.rule, event.camera, event.kind) for event in events if event.kind != "camera")

    def on_camera_lost(self, camera: str) -> None:
        """The camera sees nobody any more."""
        self._tallies[camera].clear()


def quantile(ordered: Sequence[float], share: float) -> float:
    """Quantile by the nearest rank; 0 for no values.

    Args:
        ordered: values, smallest first.
        share: 0..1, such as 0.95 for the 95th percentile.
    """
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
