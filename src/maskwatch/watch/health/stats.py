"""What a watch knows about how it is doing: rates, ages, drops and people of each camera."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from maskwatch.detections import REPORTED_STATES, Detections
from maskwatch.watch.cameras.state import CameraState

_RATE_WINDOW_S = 10.0
_AGES_KEPT = 600


@dataclass(frozen=True)
class CameraStats:
    """One camera at one moment.

    Attributes:
        camera: its name.
        state: of its connection.
        reason: why it is in that state, without passwords.
        captured: frames read so far.
        dropped: frames that were never looked at, because newer ones came.
        processed: frames that got a verdict.
        fps: verdicts a second over the last ten seconds.
        age_p50_s: from the reading of a frame to its verdict, median of the last 600.
        age_p95_s: the same, 95th percentile.
        since_verdict_s: how long ago the last verdict was; None before the first.
        now: people in the last frame, by the name of their state.
        people: different people so far, by the name of their last verdict.
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


class CameraTally:
    """Counts what became of the frames of one camera; written by one thread, read by any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ages: deque[float] = deque(maxlen=_AGES_KEPT)
        self._times: deque[float] = deque()
        self._began = time.monotonic()
        self._last: float | None = None
        self._now = dict.fromkeys(REPORTED_STATES, 0)
        self.processed = 0
        self.age_sum_s = 0.0

    def add(self, people: Detections, age_s: float) -> None:
        """One more verdict, ``age_s`` seconds after its frame was read."""
        with self._lock:
            self._last = time.monotonic()
            self._times.append(self._last)
            while self._times[0] < self._last - _RATE_WINDOW_S:
                self._times.popleft()
            self._ages.append(age_s)
            self._now = people.counts()
            self.processed += 1
            self.age_sum_s += age_s

    def nobody(self) -> None:
        """The camera sees nothing any more."""
        with self._lock:
            self._now = dict.fromkeys(REPORTED_STATES, 0)

    def stats(
        self, camera: str, state: CameraState, reason: str, captured: int, dropped: int, people: dict[str, int]
    ) -> CameraStats:
        """All figures as of now."""
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
                self.processed,
                fps=recent / min(_RATE_WINDOW_S, max(now - self._began, 1.0)),
                age_p50_s=quantile(ages, 0.5),
                age_p95_s=quantile(ages, 0.95),
                since_verdict_s=None if self._last is None else now - self._last,
                now=dict(self._now),
                people=people,
            )


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value that ``share`` of the values do not exceed, by the nearest rank; 0 of nothing.

    Args:
        ordered: values, smallest first.
        share: 0..1.
    """
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
