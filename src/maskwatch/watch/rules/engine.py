"""The rule engine: from the people in frames to the events of incidents."""

from __future__ import annotations

import time
from collections.abc import Callable

from maskwatch.detections import Detections
from maskwatch.watch.events import Event
from maskwatch.watch.rules.incidents import Incidents
from maskwatch.watch.rules.presence import Presence
from maskwatch.watch.rules.scope import applies, inside
from maskwatch.watch.settings import CameraSettings, RuleSettings, WatchSettings

SILENT_S = 30.0
"""After this long without a frame, the open incidents of a camera end."""


class RuleEngine:
    """Applies all rules to all cameras.

    Durations follow the cameras' own clocks (``time_s``), which nobody sets. The computer's clock only says when
    things happened and whether a schedule applies. A clock that jumps or goes back does no harm.

    Args:
        settings: of the watch.
        clock: monotonic seconds.
    """

    def __init__(self, settings: WatchSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._cameras = {camera.name: _CameraRules(camera, settings.rules_of(camera)) for camera in settings.cameras}
        self._updated_at = dict.fromkeys(self._cameras, clock())

    def update(self, camera: str, at: float, time_s: float, faces: Detections, width: int, height: int) -> list[Event]:
        """Apply the rules to the people of one frame.

        Args:
            camera: name of the camera.
            at: Unix time in seconds.
            time_s: presentation time in seconds; an earlier time than the last one counts as the same moment.
            faces: with ``tracker_id`` and voted states; faces without track IDs are ignored.
            width: of the frame, pixels.
            height: of the frame, pixels.

        Returns:
            New events, in order.
        """
        self._updated_at[camera] = self._clock()
        return self._cameras[camera].update(at, time_s, faces, width, height)

    def camera_lost(self, camera: str, at: float, reason: str = "the camera was lost") -> list[Event]:
        """End the open incidents of a camera that gives no more frames, and forget its people.

        Args:
            camera: name of the camera.
            at: Unix time in seconds.
            reason: of the "end" events.
        """
        return self._cameras[camera].end(at, reason)

    def tick(self, at: float) -> list[Event]:
        """End the open incidents of cameras without a frame for half a minute; call it regularly."""
        now = self._clock()
        silent = [camera for camera, updated_at in self._updated_at.items() if now - updated_at >= SILENT_S]
        return [event for camera in silent for event in self.camera_lost(camera, at, f"no frames for {SILENT_S:.0f} s")]

    def close(self, at: float) -> list[Event]:
        """End all open incidents, because the watch ends."""
        return [event for camera in self._cameras for event in self.camera_lost(camera, at, "the watch ended")]


class _CameraRules:
    """The rules of one camera, and the camera's clock."""

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
        for rule, polygon, presence, incidents in self._rules:
            if applies(rule.schedules, at):
                in_zone = faces if polygon is None else faces[inside(faces.xyxy, polygon, width, height)]
                presence.update(self._now, in_zone)
            presence.forget(self._now)
            events += incidents.update(self._now, at, presence.confirmed())
        return events

    def end(self, at: float, reason: str) -> list[Event]:
        self._time_s = None
        events: list[Event] = []
        for _, _, presence, incidents in self._rules:
            presence.clear()
            events += incidents.end_all(at, reason)
        return events
