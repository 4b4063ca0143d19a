"""A short video of each incident, with some seconds before and after, in which only those who take part are shown."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np

from maskwatch.detections import Detections
from maskwatch.frames import Image
from maskwatch.sinks.images import check_folder
from maskwatch.sinks.mp4 import Mp4Writer
from maskwatch.watch.events import Event
from maskwatch.watch.listeners import Listener, Verdict
from maskwatch.watch.recording.background import BackgroundWriter
from maskwatch.watch.recording.incident_image import file_stem, missed, show_only
from maskwatch.watch.recording.retention import Retention
from maskwatch.watch.recording.snapshots import announced

_LOG = logging.getLogger(__name__)
_QUALITY = 90
_REMEMBERED = 256
_MOST_AT_ONCE = 4
_FASTEST = Fraction(60)
_LATE_S = 2.0
"""A frame may wait so long to be looked at; a clip is not finished before without a later one."""


@dataclass(frozen=True)
class Kept:
    """One frame that may become part of a clip.

    Attributes:
        at: when it was read, monotonic seconds.
        jpeg: the image; compressed, because many of them wait in memory.
        people: in it.
    """

    at: float
    jpeg: bytes
    people: Detections


@dataclass
class _Recording:
    path: Path
    until: float
    frames: list[Kept]
    shown: set[int] = field(default_factory=set)


class Clips(Listener):
    """A listener that keeps an MP4 of each announced incident. Sound is never kept.

    Args:
        folder: where they are kept; made when missing.
        before_s: seconds before the incident was announced.
        after_s: seconds after.
        retention_days: older ones are deleted.
        writer: who writes them.
        clock: that of ``captured_at``, seconds.

    Raises:
        SinkError: when nothing can be written into ``folder``.
    """

    def __init__(
        self,
        folder: Path,
        before_s: float,
        after_s: float,
        retention_days: float,
        writer: BackgroundWriter,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        check_folder(folder)
        self._clock = clock
        self._folder, self._before_s, self._after_s = folder, before_s, after_s
        self._errands = writer
        self._retention = Retention(folder, retention_days, writer)
        self._past: dict[str, deque[Kept]] = {}
        self._running: dict[str, list[_Recording]] = {}
        self._known: deque[str] = deque(maxlen=_REMEMBERED)

    def on_frame(self, verdict: Verdict) -> None:
        """Keep the frame, begin clips of new incidents, finish those that are long enough."""
        camera, now = verdict.captured.camera, verdict.captured.captured_at
        kept = Kept(now, _jpeg(verdict.captured.frame.image), verdict.people)
        past, running = self._past.setdefault(camera, deque()), self._running.setdefault(camera, [])
        past.append(kept)
        while past[0].at < now - self._before_s:
            past.popleft()
        for recording in running:
            if now <= recording.until:
                recording.frames.append(kept)
        for event in verdict.events:
            if announced(event) and event.incident not in self._known:
                self._begin(event, now)
        self._finish(camera, now)

    def lost(self, camera: str) -> None:
        """Finish the clips of that camera; what it shows when it is back belongs to others."""
        self._finish(camera, float("inf"))
        self._past.pop(camera, None)

    def tick(self) -> None:
        """Finish clips whose camera fell silent; delete what is too old, now and then."""
        for camera in self._running:
            self._finish(camera, self._clock() - _LATE_S)
        self._retention.tick()

    def close(self) -> None:
        """Write what has been recorded so far."""
        for camera in self._running:
            self._finish(camera, float("inf"))

    def _begin(self, event: Event, now: float) -> None:
        path, running = self._folder / f"{file_stem(event)}.mp4", self._running[event.camera]
        if len(running) >= _MOST_AT_ONCE:
            _LOG.error("%s: left out, because %d others are still being recorded there", path, _MOST_AT_ONCE)
            return
        self._known.append(event.incident)
        running.append(_Recording(path, now + self._after_s, list(self._past[event.camera]), set(event.tracker_ids)))

    def _finish(self, camera: str, now: float) -> None:
        running = self._running.get(camera, [])
        over = [recording for recording in running if recording.until <= now]
        self._running[camera] = [recording for recording in running if recording.until > now]
        for one in over:
            self._errands.add(partial(write_clip, one.path, one.frames, frozenset(one.shown)), str(one.path))


def write_clip(path: Path, frames: Sequence[Kept], shown: frozenset[int], in_a_hurry: Callable[[], bool]) -> None:
    """Encode a clip; in a hurry, what is done by then is kept as ``NAME.incomplete.mp4``.

    Args:
        path: ``NAME.mp4``.
        frames: in order of time, at least one.
        shown: numbers of the people who can be recognised.
        in_a_hurry: whether to come to an end.

    Raises:
        SinkError: when it cannot be written.
    """
    begun = frames[0].at
    moments = [(kept.at, kept.people) for kept in frames]
    span = frames[-1].at - begun
    rate = Fraction((len(frames) - 1) / span).limit_denominator(100) if span > 0 else None
    image = _decoded(frames[0].jpeg)
    writer = Mp4Writer(path, image.shape[1], image.shape[0], None if rate is None else min(rate, _FASTEST))
    complete = False
    try:
        for place, kept in enumerate(frames):
            if in_a_hurry():
                break
            frame = show_only(_decoded(kept.jpeg), kept.people, shown, missed(moments, place, shown))
            writer.add(frame, place, kept.at - begun)
        else:
            complete = True
    finally:
        writer.close(complete=complete)


def _jpeg(image: Image) -> bytes:
    import cv2

    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()


def _decoded(jpeg: bytes) -> Image:
    import cv2

    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB), np.uint8)
