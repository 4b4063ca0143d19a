"""The main loop of a watch: newest frames of all cameras, detection and tracking, rules, events."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from maskwatch.errors import SinkError
from maskwatch.watch.cameras.camera import Captured
from maskwatch.watch.cameras.group import CameraGroup
from maskwatch.watch.cameras.state import CameraState, StateChange, StateChangeFilter
from maskwatch.watch.events import Event
from maskwatch.watch.health.liveness import Notifier, Watchdog
from maskwatch.watch.health.stats import CameraStats, Tally, WatchStats
from maskwatch.watch.listeners import FrameResult, Listener
from maskwatch.watch.perception import Perception, SupportsThresholds
from maskwatch.watch.rules.counts import IntervalCounts
from maskwatch.watch.rules.engine import RuleEngine
from maskwatch.watch.settings import WatchSettings
from maskwatch.watch.store import EventStore, PeopleCount

_LOG = logging.getLogger("maskwatch.watch")
_TICK_S = 0.25
_PRUNE_EVERY_S = 3600.0
_DAY_S = 86400
_CLOSE_CAMERAS_S = 0.3
STOPPED = "the watch was stopped"


class Watch:
    """Reads the cameras, detects and tracks people, applies the rules and stores the events.

    Args:
        settings: cameras, rules and the rest.
        detector: as `maskwatch.load_detector` returns it; its thresholds are changed.
        store: where events are stored.
        on_hang: called on another thread when the main loop made no progress for ``settings.watchdog.silent_s``; it
            must end the process, since nothing else stops a thread that hangs.
        notifier: for systemd; None for this process's own.

    Attributes:
        listeners: receive each processed frame; add to them before `run`.

    Raises:
        SourceError: when the scheme of an address is not supported, or a file is not a video.
    """

    def __init__(
        self,
        settings: WatchSettings,
        detector: SupportsThresholds,
        store: EventStore,
        *,
        on_hang: Callable[[str], None],
        notifier: Notifier | None = None,
    ) -> None:
        self._retention_s = settings.events.retention_days * _DAY_S
        self._store = store
        self._notifier = notifier or Notifier()
        self._watchdog = Watchdog(settings.watchdog.silent_s, on_hang)
        self._cameras = CameraGroup(settings.cameras)
        self._filter = StateChangeFilter()
        self._perception = Perception(detector, list(self._cameras.cameras), settings.detector.every)
        self._rules = RuleEngine(settings)
        self._counts = IntervalCounts(settings)
        self._tally = Tally(self._cameras.cameras, self._perception)
        self.listeners: list[Listener] = [self._tally]
        self._ticked_at = self._pruned_at = float("-inf")

    def camera_stats(self) -> list[CameraStats]:
        """Current statistics of each camera; from any thread."""
        return self._tally.camera_stats()

    def watch_stats(self) -> WatchStats:
        """Current statistics of the watch, without those of the outbox; from any thread."""
        return self._tally.watch_stats(loop_silent_s=self._watchdog.silence_s, unsaved=self._store.waiting)

    def run(self, stop: threading.Event) -> int:
        """Watch until ``stop`` is set, or all video files have been played to their end.

        Returns:
            The exit status: 0, or 1 when a camera never gave a frame.
        """
        self._watchdog.start()
        self._cameras.start()
        self._notifier.ready()
        try:
            while not stop.is_set() and self._step():
                pass
        finally:
            self._notifier.stopping()
            self._end()
        return int(not self._cameras.all_gave_frames and not stop.is_set())

    def _step(self) -> bool:
        """Process one frame, or wait for one; False when all cameras have ended."""
        self._watchdog.alive("waiting for frames")
        self._notifier.alive()
        for change in self._cameras.state_changes():
            self._handle_change(change)
        running = bool(self._cameras.running)
        captured = self._cameras.take()
        if captured is not None:
            self._process(captured)
        elif running:
            self._cameras.wait(_TICK_S)
        if time.monotonic() - self._ticked_at >= _TICK_S:
            self._ticked_at = time.monotonic()
            self._tick()
        return running or captured is not None

    def _process(self, captured: Captured) -> None:
        """One frame through detector, tracker and rules to the store and the listeners."""
        name, frame = captured.camera, captured.frame
        self._watchdog.alive(f"detecting in a frame of {name}")
        people, detected = self._perception.update(name, frame)
        self._watchdog.alive("storing events")
        time_s = captured.captured_at if frame.time_s is None else frame.time_s
        moment = (name, captured.wall_time, time_s, people, frame.width, frame.height)
        events = self._rules.update(*moment)
        self._store_events(events)
        age_s = time.monotonic() - captured.captured_at
        self._store_counts(self._counts.update(*moment))
        self._watchdog.alive("showing and saving frames")
        result = FrameResult(captured, people, tuple(events), age_s, detected)
        self._notify(lambda listener: listener.on_frame(result))

    def _handle_change(self, change: StateChange) -> None:
        """Log and store a camera's new state; when it is lost, end its incidents and forget its people."""
        report = self._filter.should_report(change)
        event = Event.of_camera(change.camera, change.state, change.at, change.reason)
        trouble = change.state in (CameraState.stalled, CameraState.retrying, CameraState.failed)
        level = logging.WARNING if trouble else logging.INFO
        _LOG.log(level if report else logging.DEBUG, "%s", event.sentence())
        if change.state not in (CameraState.live, CameraState.connecting):
            for captured in self._cameras.take_rest(change.camera):
                self._process(captured)
            self._store_events(self._rules.camera_lost(change.camera, change.at))
            self._perception.reset(change.camera)
            self._notify(lambda listener: listener.on_camera_lost(change.camera))
        if report:
            self._store_events([event])

    def _store_events(self, events: Sequence[Event]) -> None:
        if not events:
            return
        self._store.append(events)
        self._notify(lambda listener: listener.on_events(events))
        for event in events:
            if event.kind != "camera":
                _LOG.log(logging.DEBUG if event.quiet else logging.INFO, "%s", event.sentence())

    def _store_counts(self, counts: Sequence[PeopleCount]) -> None:
        for count in counts:
            self._store.add_count(count)

    def _notify(self, call: Callable[[Listener], None]) -> None:
        for listener in self.listeners:
            try:
                call(listener)
            except SinkError as error:
                _LOG.error("%s", error)

    def _tick(self) -> None:
        """Work that is due regularly, with or without frames."""
        now = time.time()
        self._watchdog.alive("storing events")
        self._store_events(self._rules.tick(now))
        self._store.flush()
        self._notify(lambda listener: listener.tick())
        if time.monotonic() - self._pruned_at >= _PRUNE_EVERY_S:
            self._pruned_at = time.monotonic()
            self._watchdog.alive("deleting old events")
            self._store.prune(now - self._retention_s)

    def _end(self) -> None:
        """Close the cameras and write what is not written yet; clips first, because they take longest."""
        self._watchdog.alive("ending the watch")
        deadline = time.monotonic() + _CLOSE_CAMERAS_S
        now = time.time()
        running = self._cameras.running
        self._store_events(self._rules.close(now))
        self._notify(lambda listener: listener.close())
        self._cameras.close(max(0.0, deadline - time.monotonic()))
        for change in self._cameras.state_changes():
            self._handle_change(change)
        self._store_events([Event.of_camera(name, CameraState.ended, now, STOPPED) for name in running])
        self._store_counts(self._counts.flush())
        self._watchdog.close()
