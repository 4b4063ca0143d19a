"""A watch with everything around it, put together by its settings."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from maskwatch.detect import load_detector
from maskwatch.watch.health.metrics import MetricsServer, WatchStats
from maskwatch.watch.health.stats import CameraStats
from maskwatch.watch.listeners import Listener
from maskwatch.watch.pages.preview import Preview
from maskwatch.watch.perception import SupportsThresholds
from maskwatch.watch.recording.background import BackgroundWriter
from maskwatch.watch.recording.clips import Clips
from maskwatch.watch.recording.snapshots import Snapshots
from maskwatch.watch.run import Watch
from maskwatch.watch.senders import make_senders
from maskwatch.watch.senders.outbox import Outbox
from maskwatch.watch.settings import WatchSettings
from maskwatch.watch.store import EventStore

_DELIVER_S, _WRITE_S = 0.6, 1.4
"""Once somebody has asked to stop; nobody waits when the files that were watched have ended."""
_PATIENT_S = 60.0


@dataclass(frozen=True)
class Running:
    """What is going on, for those who show it.

    Attributes:
        stats: gives those of each camera now, from any thread.
        preview: address of the page; empty when there is none.
        metrics: address of the figures for Prometheus; empty when there are none.
        listeners: are told of every verdict; others may be added until the watch runs.
    """

    stats: Callable[[], Sequence[CameraStats]]
    preview: str
    metrics: str
    listeners: list[Listener]


def load(settings: WatchSettings) -> SupportsThresholds:
    """The detector of the settings.

    Raises:
        ModelError: when the model is not found or cannot be used.
        UsageError: when an option is out of range.
    """
    chosen = settings.detector
    # with all cores, the detector waits for whichever core a camera is being decoded on
    threads = chosen.threads or max(1, (os.cpu_count() or 1) // 2)
    return load_detector(chosen.model, conf=chosen.conf, imgsz=chosen.imgsz, threads=threads, preset=chosen.preset)


def watch(
    settings: WatchSettings,
    stop: threading.Event,
    *,
    on_hang: Callable[[str], None],
    began: Callable[[Running], None] = lambda _: None,
) -> int:
    """Watch until ``stop`` is set; everything that was begun is finished or put away within five seconds then.

    Args:
        settings: what to watch, and how.
        stop: ends it; so does the button on the preview page.
        on_hang: as `Watch` takes it.
        began: is told once, before the first frame.

    Returns:
        The exit status, as `Watch.run` gives it.

    Raises:
        UsageError: when another watch writes to the same file of events, or an option is out of range.
        ModelError: when the model cannot be used.
        SourceError: when an address is of a kind that is not read.
        SinkError: when events, images or pages have no place.
        MissingExtraError: when an optional part is asked for and not installed.
    """
    detector = load(settings)
    with ExitStack() as stack:
        store = EventStore(settings.events.path)
        stack.callback(store.close)
        run = Watch(settings, detector, store, on_hang=on_hang)
        outbox = Outbox(store, make_senders(settings))
        stack.callback(lambda: outbox.close(_DELIVER_S if stop.is_set() else _PATIENT_S))
        run.listeners += _keepers(settings, stop, stack)
        preview = _preview(settings, run, stop, stack)

        def stats() -> WatchStats:
            waiting = {one.sender: one.pending for one in outbox.deliveries()}
            return replace(run.all_figures(), undelivered=waiting)

        metrics = _metrics(settings, stats, stack)
        outbox.start()
        began(Running(run.stats, preview, metrics, run.listeners))
        return run.run(stop)


def _keepers(settings: WatchSettings, stop: threading.Event, stack: ExitStack) -> list[Listener]:
    """Those who keep images and videos, where that was asked for."""
    snapshots, clips = settings.snapshots, settings.clips
    if not (snapshots.enabled or clips.enabled):
        return []
    writer = BackgroundWriter("images of incidents")
    stack.callback(lambda: writer.close(_WRITE_S if stop.is_set() else _PATIENT_S))
    found: list[Listener] = []
    if snapshots.enabled:
        found.append(Snapshots(snapshots.folder, snapshots.retention_days, writer))
    if clips.enabled:
        found.append(Clips(clips.folder, clips.before_s, clips.after_s, clips.retention_days, writer))
    return found


def _preview(settings: WatchSettings, run: Watch, stop: threading.Event, stack: ExitStack) -> str:
    if not settings.preview.enabled:
        return ""
    names = [camera.name for camera in settings.cameras]
    page = Preview(names, run.stats, stop, blur=settings.preview.blur, port=settings.preview.port)
    stack.callback(page.close)
    run.listeners.append(page)
    return page.address


def _metrics(settings: WatchSettings, stats: Callable[[], WatchStats], stack: ExitStack) -> str:
    if not settings.metrics.enabled:
        return ""
    server = MetricsServer(stats, settings.metrics.host, settings.metrics.port)
    stack.callback(server.close)
    return server.address
