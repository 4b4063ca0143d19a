"""The watch itself: newest frames of all cameras by fair turns through one detector to people, rules and events."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence

from maskwatch.errors import SinkError
from maskwatch.sources.options import StreamOptions
from maskwatch.watch.cameras.camera import Camera, Captured
from maskwatch.watch.cameras.changes import StateChangeFilter
from maskwatch.watch.cameras.options import CameraOptions
from maskwatch.watch.cameras.round_robin import RoundRobin
from maskwatch.watch.cameras.state import CameraState, StateChange
from maskwatch.watch.events import Event
from maskwatch.watch.health.metrics import WatchStats
from maskwatch.watch.health.stats import CameraStats, CameraTally
from maskwatch.watch.health.systemd import Notifier
from maskwatch.watch.health.watchdog import Watchdog
from maskwatch.watch.listeners import Listener, Verdict
from maskwatch.watch.perception import Perception, SupportsThresholds
from maskwatch.watch.rules.counts import IntervalCounts, PeopleCount
from maskwatch.watch.rules.engine import RuleEngine
from maskwatch.watch.settings import CameraSettings, WatchSettings
from maskwatch.watch.store import EventStore

_LOG = logging.getLogger("maskwatch.watch")
_TICK_S = 0.25
_PRUNE_EVERY_S = 3600.0
_DAY_S = 86400
_CLOSE_CAMERAS_S = 0.3
BUFFER = 2
"""Frames of a camera that wait at most: one would be lost at every moment in which the computer does something else."""
STOPPED = "the watch was stopped"


class Watch:
    """Reads the cameras, finds and follows people, applies the rules and keeps the events.

    Args:
        settings: what to watch, and how.
        detector: as `maskwatch.load_detector` gives it; its thresholds are changed.
        store: where events are kept.
        on_hang: is called from another thread when the work has stood still for ``settings.watchdog.silent_s``; it is
            to end the process, since nothing else ends a thread that hangs.
        notifier: tells systemd; None for the one of this process.

    Attributes:
        listeners: are told of every verdict; add to them before `run`.

    Raises:
        SourceError: when an address is of a kind that is not read.
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
        names = [camera.name for camera in settings.cameras]
        self.listeners: list[Listener] = []
        self._settings = settings
        self._store = store
        self._notifier = notifier or Notifier()
        self._watchdog = Watchdog(settings.watchdog.silent_s, on_hang)
        self._ready = threading.Event()
        self._changes: deque[StateChange] = deque()
        self._news = StateChangeFilter()
        self._cameras = {
            camera.name: Camera(
                camera.name, camera.url, camera_options(camera), ready=self._ready, on_state=self._changes.append
            )
            for camera in settings.cameras
        }
        self._turns = RoundRobin(list(self._cameras.values()))
        self._looking = Perception(detector, names, settings.detector.every)
        self._engine = RuleEngine(settings)
        self._counts = IntervalCounts(settings)
        self._tallies = {name: CameraTally() for name in names}
        self._events: Counter[tuple[str, str, str]] = Counter()
        self._finished = False
        self._ticked_at = self._pruned_at = float("-inf")

    def stats(self) -> list[CameraStats]:
        """How each camera is doing; from any thread."""
        return [
            self._tallies[name].stats(name, *camera.doing, camera.captured, camera.dropped, self._looking.people(name))
            for name, camera in self._cameras.items()
        ]

    def all_figures(self) -> WatchStats:
        """The same with those of the whole watch; the outbox adds its own."""
        return WatchStats(
            self.stats(),
            self._watchdog.silence_s,
            self._looking.inference_s,
            self._looking.inferences,
            dict(self._events),
            unsaved=self._store.waiting,
        )

    def run(self, stop: threading.Event) -> int:
        """Watch until ``stop`` is set, or every file has been played to its end.

        Returns:
            The exit status: 0, or 1 when there is a camera that never gave a frame.
        """
        self._watchdog.start()
        for camera in self._cameras.values():
            camera.start()
        self._notifier.ready()
        try:
            while not stop.is_set() and not self._finished:
                self._step()
        finally:
            self._notifier.stopping()
            self._end()
        return int(any(camera.captured == 0 for camera in self._cameras.values()) and not stop.is_set())

    def _step(self) -> None:
        self._watchdog.alive("waiting for frames")
        self._notifier.alive()
        self._ready.clear()
        while self._changes:
            self._changed(self._changes.popleft())
        ended = all(camera.state == CameraState.ended for camera in self._cameras.values())
        captured = self._turns.take()
        if captured is not None:
            self._look(captured)
        elif ended:
            self._finished = True
        else:
            self._ready.wait(_TICK_S)
        if time.monotonic() - self._ticked_at >= _TICK_S:
            self._ticked_at = time.monotonic()
            self._tick()

    def _look(self, captured: Captured) -> None:
        name, frame = captured.camera, captured.frame
        self._watchdog.alive(f"detecting in a frame of {name}")
        people, detected = self._looking.predict_raw(name, frame)
        self._watchdog.alive("keeping events")
        time_s = captured.captured_at if frame.time_s is None else frame.time_s
        events = self._engine.update(name, captured.wall_time, time_s, people, frame.width, frame.height)
        self._keep(events)
        age_s = time.monotonic() - captured.captured_at
        self._tallies[name].add(people, age_s)
        self._count(self._counts.update(name, captured.wall_time, time_s, people, frame.width, frame.height))
        self._watchdog.alive("showing and keeping images")
        self._tell(lambda listener: listener.on_frame(Verdict(captured, people, tuple(events), age_s, detected)))

    def _tell(self, what: Callable[[Listener], None]) -> None:
        for listener in self.listeners:
            try:
                what(listener)
            except SinkError as error:
                _LOG.error("%s", error)

    def _changed(self, change: StateChange) -> None:
        news = self._news.should_report(change)
        event = Event.of_camera(change.camera, change.state, change.at, change.reason)
        bad = change.state in (CameraState.stalled, CameraState.retrying, CameraState.failed)
        _LOG.log((logging.WARNING if bad else logging.INFO) if news else logging.DEBUG, "%s", event.sentence())
        if change.state not in (CameraState.live, CameraState.connecting):
            for _ in range(BUFFER):
                last = self._cameras[change.camera].take()
                if last is not None:
                    self._look(last)
            self._keep(self._engine.camera_lost(change.camera, change.at))
            self._looking.lose(change.camera)
            self._tallies[change.camera].nobody()
            self._tell(lambda listener: listener.lost(change.camera))
        if news:
            self._keep([event])

    def _keep(self, events: Sequence[Event]) -> None:
        if not events:
            return
        self._store.append(events)
        self._tell(lambda listener: listener.on_events(events))
        for event in events:
            if event.kind != "camera":
                self._events[event.rule, event.camera, event.kind] += 1
                _LOG.log(logging.DEBUG if event.quiet else logging.INFO, "%s", event.sentence())

    def _tick(self) -> None:
        now = time.time()
        self._watchdog.alive("keeping events")
        self._keep(self._engine.tick(now))
        self._store.flush()
        self._tell(lambda listener: listener.tick())
        if time.monotonic() - self._pruned_at >= _PRUNE_EVERY_S:
            self._pruned_at = time.monotonic()
            self._watchdog.alive("deleting old events")
            self._store.prune(now - self._settings.events.retention_days * _DAY_S)

    def _count(self, counts: Sequence[PeopleCount]) -> None:
        for one in counts:
            self._store.add_share(one.camera, one.zone, one.interval_start, one.counts, one.interval_s)

    def _end(self) -> None:
        """Close the cameras and write what is not written yet; clips first, because they take longest."""
        self._watchdog.alive("ending the watch")
        deadline = time.monotonic() + _CLOSE_CAMERAS_S
        now = time.time()
        watched = [name for name, camera in self._cameras.items() if camera.state != CameraState.ended]
        self._keep(self._engine.close(now))
        self._tell(lambda listener: listener.close())
        for camera in self._cameras.values():
            camera.close(max(0.0, deadline - time.monotonic()))
        while self._changes:
            self._changed(self._changes.popleft())
        self._keep([Event.of_camera(name, CameraState.ended, now, STOPPED) for name in watched])
        self._count(self._counts.flush())
        self._watchdog.close()


def camera_options(camera: CameraSettings) -> CameraOptions:
    """How a camera is read, by its settings."""
    stream = StreamOptions(camera.open_timeout_s, camera.read_timeout_s, camera.rtsp_transport, camera.stall_s)
    return CameraOptions(stream, fps=camera.fps)
