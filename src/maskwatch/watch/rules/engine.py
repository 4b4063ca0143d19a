"""From people in images to incidents: who is in which state for how long, where, when, and how many of them."""

from __future__ import annotations

import time
from collections.abc import Callable

from maskwatch.detections import Detections
from maskwatch.watch.events import Event
from maskwatch.watch.rules.incidents import Incidents
from maskwatch.watch.rules.presence import Presence
from maskwatch.watch.rules.schedule import applies
from maskwatch.watch.rules.zones import inside
from maskwatch.watch.settings import CameraSettings, RuleSettings, WatchSettings

SILENT_S = 30.0
"""Incidents at a camera that has shown nothing for so long are over."""


class RuleEngine:
    """Applies all rules to all cameras.

    Durations follow the cameras' own clocks (``time_s``), which nobody sets; the computer's clock only says when
    things happened, and in which hours rules apply. A clock of either kind that goes backwards or jumps does no harm.

    Args:
        settings: of the watch.
        clock: seconds that never go backwards.
    """

    def __init__(self, settings: WatchSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._cameras = {camera.name: _CameraRules(camera, settings.rules_of(camera)) for camera in settings.cameras}
        self._heard = dict.fromkeys(self._cameras, clock())

    def update(self, camera: str, at: float, time_s: float, faces: Detections, width: int, height: int) -> list[Event]:
        """Take the people of one frame.

        Args:
            camera: name of the camera.
            at: Unix time in seconds.
            time_s: presentation time in seconds; a time before the last one counts as the same moment.
            faces: with ``tracker_id``, and states voted over time; faces without numbers are passed over.
            width: of the image, pixels.
            height: of the image, pixels.

        Returns:
            What happened, in order.
        """
        self._heard[camera] = self._clock()
        return self._cameras[camera].update(at, time_s, faces, width, height)

    def camera_lost(self, camera: str, at: float, reason: str = "the camera was lost") -> list[Event]:
        """End what is open at a camera that gives no images any more, and begin anew with its people.

        Args:
            camera: name of the camera.
            at: Unix time in seconds.
            reason: is told with the ends.
        """
        return self._cameras[camera].end(at, reason)

    def tick(self, at: float) -> list[Event]:
        """End what is open at cameras that have shown nothing for half a minute; to be called now and then."""
        now = self._clock()
        silent = [camera for camera, heard in self._heard.items() if now - heard >= SILENT_S]
        return [event for camera in silent for event in self.camera_lost(camera, at, "no images came any more")]

    def close(self, at: float) -> list[Event]:
        """End everything that is open, as when the watch ends."""
        return [event for camera in self._cameras for event in self.camera_lost(camera, at, "the watch ended")]


class _CameraRules:
    """The rules of one camera, and its clock."""

    def __init__(self, camera: CameraSettings, rules: list[RuleSettings]) -> None:
        polygons = {zone.name: zone.polygon for zone in camera.zones}
        self._rules = [
            (rule, None if rule.zone is None else polygons[rule.zone], Presence(rule), Incidents(camera.name, rule))
            for rule in rules
        ]
        self._now = 0.0
        self._time_s: float | None = None

    def update(self, at: float, time_s: float, faces: Detections, width: int, height: int) -> list[Event]:
        self._now += 0.0 if self._time_s is None else max(0.0, time_s - self._time_s)
        self._time_s = time_s
        events: list[Event] = []
        for rule, polygon, sightings, incidents in self._rules:
            if applies(rule.schedules, at):
                there = faces if polygon is None else faces[inside(faces.xyxy, polygon, width, height)]
                sightings.add(self._now, there)
            sightings.forget(self._now)
            events += incidents.update(self._now, at, sightings.counting())
        return events

    def end(self, at: float, reason: str) -> list[Event]:
        self._time_s = None
        events: list[Event] = []
        for _, _, sightings, incidents in self._rules:
            sightings.clear()
            events += incidents.end_all(at, reason)
        return events
