"""How many different people were seen with and without masks, by interval of time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from maskwatch.detections import STATE_NAMES, Detections
from maskwatch.watch.rules.zones import inside
from maskwatch.watch.settings import CameraSettings, WatchSettings

SIGHTINGS = 3
"""Whoever was seen less often in an interval may be no person at all."""
NOTED_EVERY_S = 10.0
"""So much of the counts is lost at most when the program is killed."""
_LONGEST_STEP_S = 1.0


@dataclass(frozen=True)
class PeopleCount:
    """Different people in one interval, so far.

    Attributes:
        camera: name of the camera.
        zone: name of the zone, or None for the whole image.
        interval_start: Unix time in seconds.
        interval_s: length of the interval.
        counts: people by the name of the state in which they were for most of the time.
    """

    camera: str
    zone: str | None
    interval_start: float
    interval_s: float
    counts: dict[str, int]


@dataclass
class _Seen:
    """One person in one zone: sightings, and how long in each state."""

    sightings: int = 0
    seconds: NDArray[np.float64] = field(default_factory=lambda: np.zeros(len(STATE_NAMES)))


class IntervalCounts:
    """Counts people, not frames: each person counts once in an interval, with the state of most of the time.

    Args:
        settings: of the watch; the length of the intervals is ``events.count_interval_s``.
    """

    def __init__(self, settings: WatchSettings) -> None:
        self._length_s = settings.events.count_interval_s
        self._cameras = {camera.name: _CameraCount(camera, self._length_s) for camera in settings.cameras}

    def update(
        self, camera: str, at: float, time_s: float, faces: Detections, width: int, height: int
    ) -> list[PeopleCount]:
        """Take the people of one frame.

        Args:
            camera: name of the camera.
            at: Unix time in seconds.
            time_s: presentation time in seconds; a time before the last one counts as the same moment.
            faces: with ``tracker_id`` and voted states.
            width: of the image, pixels.
            height: of the image, pixels.

        Returns:
            Counts to be noted now, by `EventStore.add_share`: those of an interval that is over, and every ten seconds
            those so far. Later counts of an interval replace earlier ones.
        """
        return self._cameras[camera].update(at, time_s, faces, width, height)

    def flush(self) -> list[PeopleCount]:
        """The counts so far, as when the watch ends."""
        return [count for camera in self._cameras.values() for count in camera.counts()]


class _CameraCount:
    def __init__(self, camera: CameraSettings, length_s: float) -> None:
        self._camera, self._length_s = camera, length_s
        self._start: float | None = None
        self._end = 0.0
        self._time_s: float | None = None
        self._since_noted_s = 0.0
        self._seen: dict[str | None, dict[int, _Seen]] = {}

    def update(self, at: float, time_s: float, faces: Detections, width: int, height: int) -> list[PeopleCount]:
        step_s = 0.0 if self._time_s is None else min(max(0.0, time_s - self._time_s), _LONGEST_STEP_S)
        self._time_s = time_s
        due = self._turn(at)
        self._since_noted_s += step_s
        self._note(None, faces, step_s)
        for zone in self._camera.zones:
            self._note(zone.name, faces[inside(faces.xyxy, zone.polygon, width, height)], step_s)
        if not due and self._since_noted_s >= NOTED_EVERY_S:
            due = self.counts()
        if due:
            self._since_noted_s = 0.0
        return due

    def counts(self) -> list[PeopleCount]:
        if self._start is None:
            return []
        length_s = self._end - self._start
        return [
            PeopleCount(self._camera.name, zone, self._start, length_s, _by_state(people))
            for zone, people in self._seen.items()
        ]

    def _turn(self, at: float) -> list[PeopleCount]:
        """Begin a new interval when it is time; the counts of the one that is over.

        When the computer's clock is set back by less than an interval, the present one just gets longer. When by
        more, a new one begins at that very moment, so that it cannot take the place of an earlier one.
        """
        over: list[PeopleCount] = []
        if self._start is not None:
            if self._start - self._length_s <= at < self._end:
                return over
            over = self.counts()
        whole = at // self._length_s * self._length_s
        set_back = self._start is not None and at < self._start
        self._start, self._end = at if set_back else whole, whole + self._length_s
        self._seen = {zone: {} for zone in (None, *(zone.name for zone in self._camera.zones))}
        return over

    def _note(self, zone: str | None, faces: Detections, step_s: float) -> None:
        for number, state in zip(() if faces.tracker_id is None else faces.tracker_id, faces.class_id, strict=False):
            seen = self._seen[zone].setdefault(int(number), _Seen())
            seen.sightings += 1
            seen.seconds[state] += max(step_s, 1e-3)


def _by_state(people: dict[int, _Seen]) -> dict[str, int]:
    states = [int(seen.seconds.argmax()) for seen in people.values() if seen.sightings >= SIGHTINGS]
    return {name: states.count(index) for index, name in enumerate(STATE_NAMES)}
