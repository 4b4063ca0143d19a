"""Counts of different people with and without masks, by interval."""

from __future__ import annotations

from dataclasses import dataclass, field

from maskwatch.detections import REPORTED_STATES, Detections
from maskwatch.watch.rules.presence import MIN_DETECTIONS
from maskwatch.watch.rules.scope import inside
from maskwatch.watch.settings import CameraSettings, WatchSettings
from maskwatch.watch.store import PeopleCount

SAVE_INTERVAL_S = 10.0
"""How often counts are saved; SIGKILL loses at most this much."""
_MAX_STEP_S = 1.0
_MIN_STEP_S = 1e-3


@dataclass
class _Track:
    """One track in one zone: its detections and the time in each state."""

    detections: int = 0
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(REPORTED_STATES, 0.0))


class IntervalCounts:
    """Counts people, not frames: a person counts once per interval, in the state of most of the time.

    Args:
        settings: of the watch; the length of the intervals is ``events.count_interval_s``.
    """

    def __init__(self, settings: WatchSettings) -> None:
        length_s = settings.events.count_interval_s
        self._cameras = {camera.name: _CameraCount(camera, length_s) for camera in settings.cameras}

    def update(
        self, camera: str, at: float, time_s: float, faces: Detections, width: int, height: int
    ) -> list[PeopleCount]:
        """Take the people of one frame.

        Args:
            camera: name of the camera.
            at: Unix time in seconds.
            time_s: presentation time in seconds; an earlier time than the last one counts as the same moment.
            faces: with ``tracker_id`` and voted states.
            width: of the frame, pixels.
            height: of the frame, pixels.

        Returns:
            Counts to save now with `EventStore.add_count`: those of a finished interval, and every ten seconds those
            of the current one. A later count of an interval replaces the earlier ones.
        """
        return self._cameras[camera].update(at, time_s, faces, width, height)

    def flush(self) -> list[PeopleCount]:
        """The counts so far, when the watch ends."""
        return [count for camera in self._cameras.values() for count in camera.counts()]


class _CameraCount:
    """The current interval of one camera and its zones."""

    def __init__(self, camera: CameraSettings, length_s: float) -> None:
        self._camera, self._length_s = camera, length_s
        self._start: float | None = None
        self._end = 0.0
        self._time_s: float | None = None
        self._unsaved_s = 0.0
        self._tracks: dict[str | None, dict[int, _Track]] = {}

    def update(self, at: float, time_s: float, faces: Detections, width: int, height: int) -> list[PeopleCount]:
        step_s = 0.0 if self._time_s is None else min(max(0.0, time_s - self._time_s), _MAX_STEP_S)
        self._time_s = time_s
        due = self._turn(at)
        self._unsaved_s += step_s
        self._add(None, faces, step_s)
        for zone in self._camera.zones:
            self._add(zone.name, faces[inside(faces.xyxy, zone.polygon, width, height)], step_s)
        if not due and self._unsaved_s >= SAVE_INTERVAL_S:
            due = self.counts()
        if due:
            self._unsaved_s = 0.0
        return due

    def counts(self) -> list[PeopleCount]:
        if self._start is None:
            return []
        length_s = self._end - self._start
        return [
            PeopleCount(self._camera.name, zone, self._start, length_s, _by_state(tracks))
            for zone, tracks in self._tracks.items()
        ]

    def _turn(self, at: float) -> list[PeopleCount]:
        """Start a new interval when it is time; returns the counts of the finished one.

        When the computer's clock is set back by less than an interval, the current one is extended. When it is set
        back further, a new one starts at that moment, so that it cannot replace an earlier one.
        """
        finished: list[PeopleCount] = []
        if self._start is not None:
            if self._start - self._length_s <= at < self._end:
                return finished
            finished = self.counts()
        whole = at // self._length_s * self._length_s
        set_back = self._start is not None and at < self._start
        self._start, self._end = at if set_back else whole, whole + self._length_s
        self._tracks = {zone: {} for zone in (None, *(zone.name for zone in self._camera.zones))}
        return finished

    def _add(self, zone: str | None, faces: Detections, step_s: float) -> None:
        if faces.tracker_id is None:
            return
        for number, state in zip(faces.tracker_id, faces.reported_states, strict=True):
            track = self._tracks[zone].setdefault(int(number), _Track())
            track.detections += 1
            track.seconds[state] += max(step_s, _MIN_STEP_S)


def _by_state(tracks: dict[int, _Track]) -> dict[str, int]:
    people = [track.seconds for track in tracks.values() if track.detections >= MIN_DETECTIONS]
    states = [max(seconds, key=seconds.__getitem__) for seconds in people]
    return {name: states.count(name) for name in REPORTED_STATES}
