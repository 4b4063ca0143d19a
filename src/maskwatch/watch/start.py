"""Puts a watch together from its settings and runs it: detector, history, senders, recordings, pages, metrics."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from maskwatch.detect.options import InferenceOptions, open_detector
from maskwatch.watch.health.metrics import MetricsServer
from maskwatch.watch.health.stats import CameraStats, WatchStats
from maskwatch.watch.listeners import Listener
from maskwatch.watch.pages.preview import Preview
from maskwatch.watch.perception import SupportsThresholds
from maskwatch.watch.recording.background_writer import BackgroundWriter
from maskwatch.watch.recording.clips import Clips
from maskwatch.watch.recording.snapshots import Snapshots
from maskwatch.watch.run import Watch
from maskwatch.watch.senders import make_senders
from maskwatch.watch.senders.outbox import Outbox
from maskwatch.watch.settings import WatchSettings
from maskwatch.watch.store import EventStore

_DELIVER_S, _WRITE_S = 0.6, 1.4
"""Time to finish once the user has asked to stop."""
_PATIENT_S = 60.0
"""Time to finish when the video files have ended and nobody waits."""


@dataclass(frozen=True)
class Running:
    """A watch that is about to start, for the program that shows it.

    Attributes:
        stats: returns the current statistics of each camera, from any thread.
        preview: address of the preview page; empty when there is none.
        metrics: address of the metrics; empty when they are not served.
        listeners: receive each processed frame; add to them before the first one.
    """

    stats: Callable[[], Sequence[CameraStats]]
    preview: str
    metrics: str
    listeners: list[Listener]


def load(settings: WatchSettings) -> SupportsThresholds:
    """Load the detector of the settings.

    Raises:
        ModelError: when the model is not found or cannot be used.
        UsageError: when an option is out of range.
    """
    options = settings.detector.model_dump(exclude={"every"})
    # with all cores, the detector would wait for the core that decodes a camera
    options["threads"] = options["threads"] or max(1, (os.cpu_count() or 1) // 2)
    return open_detector(InferenceOptions(**options))


def watch(
    settings: WatchSettings,
    stop: threading.Event,
    *,
    on_hang: Callable[[str], None],
    on_start: Callable[[Running], None] = lambda _: None,
) -> int:
    """Watch until ``stop`` is set; then everything is finished or saved within five seconds.

    Args:
        settings: cameras, rules and the rest.
        stop: ends the watch; the button on the preview page sets it too.
        on_hang: as for `Watch`.
        on_start: called once, before the first frame.

    Returns:
        The exit status of `Watch.run`.

    Raises:
        UsageError: when another watch writes to the same file of events, or an option is out of range.
        ModelError: when the model cannot be used.
        SourceError: when the scheme of an address is not supported, or a file is not a video.
        SinkError: when events, images or pages cannot be written or served.
        MissingExtraError: when the settings need an optional dependency that is not installed.
    """
    detector = load(settings)
    with ExitStack() as stack:
        store = EventStore(settings.events.path)
        stack.callback(store.close)
        run = Watch(settings, detector, store, on_hang=on_hang)
        outbox = Outbox(store, make_senders(settings))
        stack.callback(lambda: outbox.close(_DELIVER_S if stop.is_set() else _PATIENT_S))
        run.listeners += _recorders(settings, stop, stack)
        preview = _preview(settings, run, stop, stack)

        def stats() -> WatchStats:
            undelivered = {one.sender: one.pending for one in outbox.deliveries()}
            return replace(run.watch_stats(), undelivered=undelivered)

        metrics = _metrics(settings, stats, stack)
        outbox.start()
        on_start(Running(run.camera_stats, preview, metrics, run.listeners))
        return run.run(stop)


def _recorders(settings: WatchSettings, stop: threading.Event, stack: ExitStack) -> list[Listener]:
    """The listeners that save images and videos, if the settings ask for them."""
    snapshots, clips = settings.snapshots, settings.clips
    if not (snapshots.enabled or clips.enabled):
        return []
    writer = BackgroundWriter("images of incidents")
    stack.callback(lambda: writer.close(_WRITE_S if stop.is_set() else _PATIENT_S))
    recorders: list[Listener] = []
    if snapshots.enabled:
        recorders.append(Snapshots(snapshots.folder, snapshots.retention_days, writer))
    if clips.enabled:
        recorders.append(Clips(clips.folder, clips.before_s, clips.after_s, clips.retention_days, writer))
    return recorders


def _preview(settings: WatchSettings, run: Watch, stop: threading.Event, stack: ExitStack) -> str:
    if not settings.preview.enabled:
        return ""
    names = [camera.name for camera in settings.cameras]
    page = Preview(names, run.camera_stats, stop, blur=settings.preview.blur, port=settings.preview.port)
    stack.callback(page.close)
    run.listeners.append(page)
    return page.address


def _metrics(settings: WatchSettings, stats: Callable[[], WatchStats], stack: ExitStack) -> str:
    if not settings.metrics.enabled:
        return ""
    server = MetricsServer(stats, settings.metrics.host, settings.metrics.port)
    stack.callback(server.close)
    return server.address
