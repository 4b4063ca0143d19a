"""Clips: a short video per incident, in which only the people involved are recognisable."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np

from maskwatch.detections import Detections
from maskwatch.files import check_writable
from maskwatch.frames import Image
from maskwatch.sinks.mp4 import Mp4Writer
from maskwatch.watch.events import Event
from maskwatch.watch.listeners import FrameResult, Listener
from maskwatch.watch.recording.anonymise import missed, show_only
from maskwatch.watch.recording.background_writer import BackgroundWriter
from maskwatch.watch.recording.incident_files import Retention, file_stem

_LOG = logging.getLogger(__name__)
_JPEG_QUALITY = 90
_MAX_REMEMBERED = 256
_MAX_AT_ONCE = 4
_MAX_FPS = Fraction(60)
_MAX_FRAME_AGE_S = 2.0
"""A frame may wait this long before it is processed, so a clip stays open this long for late frames."""


@dataclass(frozen=True)
class BufferedFrame:
    """One frame that may become part of a clip.

    Attributes:
        at: when it was read, monotonic seconds.
        jpeg: the frame, compressed, because many of them wait in memory.
        people: in it.
    """

    at: float
    jpeg: bytes
    people: Detections


@dataclass
class _Recording:
    path: Path
    until: float
    frames: list[BufferedFrame]
    shown: frozenset[int]


class Clips(Listener):
    """Saves an MP4 of each announced incident. Sound is never recorded.

    Args:
        folder: where to save; created when missing.
        before_s: seconds before the announcement.
        after_s: seconds after it.
        retention_days: age at which files are deleted.
        writer: writes the files.
        clock: the clock of ``captured_at``, seconds.

    Raises:
        SinkError: when ``folder`` cannot be written to.
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
        check_writable(folder)
        self._clock = clock
        self._folder, self._before_s, self._after_s = folder, before_s, after_s
        self._writer = writer
        self._retention = Retention(folder, retention_days, writer)
        self._past: dict[str, deque[BufferedFrame]] = {}
        self._recordings: dict[str, list[_Recording]] = {}
        self._started: deque[str] = deque(maxlen=_MAX_REMEMBERED)

    def on_frame(self, result: FrameResult) -> None:
        """Buffer the frame, start clips of new incidents, finish those that are long enough."""
        camera, now = result.captured.camera, result.captured.captured_at
        frame = BufferedFrame(now, _jpeg(result.captured.frame.image), result.people)
        past, recordings = self._past.setdefault(camera, deque()), self._recordings.setdefault(camera, [])
        past.append(frame)
        while past[0].at < now - self._before_s:
            past.popleft()
        for recording in recordings:
            if now <= recording.until:
                recording.frames.append(frame)
        for event in result.events:
            if event.announced and event.incident not in self._started:
                self._start(event, now)
        self._finish(camera, now)

    def on_camera_lost(self, camera: str) -> None:
        """Finish the clips of that camera; what it shows after it is back is not part of them."""
        self._finish(camera, float("inf"))
        self._past.pop(camera, None)

    def tick(self) -> None:
        """Finish clips whose camera fell silent; delete old files, once an hour."""
        for camera in self._recordings:
            self._finish(camera, self._clock() - _MAX_FRAME_AGE_S)
        self._retention.tick()

    def close(self) -> None:
        """Write what has been recorded so far."""
        for camera in self._recordings:
            self._finish(camera, float("inf"))

    def _start(self, event: Event, now: float) -> None:
        path, recordings = self._folder / f"{file_stem(event)}.mp4", self._recordings[event.camera]
        if len(recordings) >= _MAX_AT_ONCE:
            _LOG.error("%s: not saved, because %d others of this camera are still recording", path, _MAX_AT_ONCE)
            return
        self._started.append(event.incident)
        past = list(self._past[event.camera])
        recordings.append(_Recording(path, now + self._after_s, past, frozenset(event.tracker_ids)))

    def _finish(self, camera: str, now: float) -> None:
        recordings = self._recordings.get(camera, [])
        over = [recording for recording in recordings if recording.until <= now]
        self._recordings[camera] = [recording for recording in recordings if recording.until > now]
        for one in over:
            self._writer.add(partial(write_clip, one.path, one.frames, one.shown), str(one.path))


def write_clip(
    path: Path, frames: Sequence[BufferedFrame], shown: frozenset[int], in_a_hurry: Callable[[], bool]
) -> None:
    """Encode a clip. In a hurry, the part that is encoded by then is saved as ``NAME.incomplete.mp4``.

    Args:
        path: ``NAME.mp4``.
        frames: in order of time, at least one.
        shown: track IDs of the people who stay recognisable.
        in_a_hurry: whether to stop now.

    Raises:
        SinkError: when the clip cannot be written.
    """
    start = frames[0].at
    times = [(frame.at, frame.people) for frame in frames]
    span = frames[-1].at - start
    rate = Fraction((len(frames) - 1) / span).limit_denominator(100) if span > 0 else None
    first = _decoded(frames[0].jpeg)
    writer = Mp4Writer(path, first.shape[1], first.shape[0], None if rate is None else min(rate, _MAX_FPS))
    complete = False
    try:
        for index, frame in enumerate(frames):
            if in_a_hurry():
                break
            image = show_only(_decoded(frame.jpeg), frame.people, shown, missed(times, index, shown))
            writer.add(image, index, frame.at - start)
        else:
            complete = True
    finally:
        writer.close(complete=complete)


def _jpeg(image: Image) -> bytes:
    import cv2

    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1].tobytes()


def _decoded(jpeg: bytes) -> Image:
    import cv2

    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB), np.uint8)
