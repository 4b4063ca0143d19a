"""Figures for Prometheus, computed when they are asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from maskwatch.errors import MissingExtraError, SinkError
from maskwatch.watch.cameras.state import CameraState
from maskwatch.watch.health.stats import CameraStats

if TYPE_CHECKING:
    from prometheus_client import Metric

_CLOSE_TIMEOUT_S = 2.0


@dataclass(frozen=True)
class WatchStats:
    """Everything that is told to Prometheus.

    Attributes:
        cameras: figures of each.
        loop_silent_s: since the work last gave a sign of life; large while it stands still.
        inference_s: sum of the time in the detector, seconds.
        inferences: how many images that were.
        events: number by rule, camera and kind ("new", "update", "end").
        undelivered: events that still wait, by the name of the sender.
        unsaved: events that wait for room on the disk.
    """

    cameras: Sequence[CameraStats]
    loop_silent_s: float = 0.0
    inference_s: float = 0.0
    inferences: int = 0
    events: dict[tuple[str, str, str], int] = field(default_factory=dict)
    undelivered: dict[str, int] = field(default_factory=dict)
    unsaved: int = 0


class MetricsServer:
    """Serves the figures over HTTP until it is closed.

    Args:
        stats: gives the figures of now, from any thread.
        host: address to listen at; 127.0.0.1 is this computer only.
        port: 0 takes a free one, found in ``port`` afterwards.

    Raises:
        MissingExtraError: when prometheus-client is not installed.
        SinkError: when the port is not free.
    """

    def __init__(self, stats: Callable[[], WatchStats], host: str, port: int) -> None:
        try:
            from prometheus_client import CollectorRegistry, start_http_server
        except ImportError as error:
            raise MissingExtraError("watch", "serving metrics") from error
        registry = CollectorRegistry()
        registry.register(_Collector(stats))
        try:
            self._server, self._thread = start_http_server(port, host, registry)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise SinkError(f"metrics cannot be served at {host}:{port} ({reason}); take another port") from error
        self.port = int(self._server.server_port)
        self.address = f"http://{host}:{self.port}/metrics"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(_CLOSE_TIMEOUT_S)


class _Collector:
    """What prometheus-client asks for metrics."""

    def __init__(self, stats: Callable[[], WatchStats]) -> None:
        self._stats = stats
        self._began = time.monotonic()

    def describe(self) -> Sequence[Metric]:
        """None in advance: the registry need not ask before the watch runs."""
        return ()

    def collect(self) -> Iterator[Any]:
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        stats = self._stats()
        yield from _of_cameras(stats.cameras)
        yield GaugeMetricFamily(
            "maskwatch_uptime_seconds", "Since the watch began.", value=time.monotonic() - self._began
        )
        yield GaugeMetricFamily(
            "maskwatch_loop_silent_seconds",
            "Since the work last gave a sign of life; the health of the whole watch.",
            value=stats.loop_silent_s,
        )
        yield CounterMetricFamily(
            "maskwatch_inference_seconds", "Time in the detector, in all.", value=stats.inference_s
        )
        yield CounterMetricFamily("maskwatch_inferences", "Images given to the detector.", value=stats.inferences)
        events = CounterMetricFamily(
            "maskwatch_events", "Events of incidents since the start.", labels=["rule", "camera", "kind"]
        )
        for labels, count in stats.events.items():
            events.add_metric(labels, count)
        yield events
        waiting = GaugeMetricFamily(
            "maskwatch_undelivered_events", "Events that a sender has not delivered yet.", labels=["sender"]
        )
        for sender, count in stats.undelivered.items():
            waiting.add_metric([sender], count)
        yield waiting
        yield GaugeMetricFamily(
            "maskwatch_unsaved_events", "Events that wait to be written to the history.", value=stats.unsaved
        )


def _of_cameras(cameras: Sequence[CameraStats]) -> Iterator[Any]:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    for name, text, attribute in (
        ("frames_captured", "Frames read.", "captured"),
        ("frames_dropped", "Frames that were never looked at, because newer ones came.", "dropped"),
        ("frames_processed", "Frames that got a verdict.", "processed"),
    ):
        counter = CounterMetricFamily(f"maskwatch_{name}", text, labels=["camera"])
        for one in cameras:
            counter.add_metric([one.camera], getattr(one, attribute))
        yield counter
    fps = GaugeMetricFamily("maskwatch_fps", "Verdicts a second over the last ten seconds.", labels=["camera"])
    age = GaugeMetricFamily(
        "maskwatch_frame_age_seconds",
        "From the reading of a frame to its verdict, over the last 600 frames.",
        labels=["camera", "quantile"],
    )
    silent = GaugeMetricFamily("maskwatch_verdict_age_seconds", "Since the last verdict.", labels=["camera"])
    state = GaugeMetricFamily("maskwatch_camera_state", "1 for the state it is in.", labels=["camera", "state"])
    now = GaugeMetricFamily("maskwatch_people", "People in the last frame.", labels=["camera", "state"])
    seen = GaugeMetricFamily(
        "maskwatch_people_seen", "Different people so far, by their last verdict.", labels=["camera", "state"]
    )
    for one in cameras:
        fps.add_metric([one.camera], one.fps)
        age.add_metric([one.camera, "0.5"], one.age_p50_s)
        age.add_metric([one.camera, "0.95"], one.age_p95_s)
        if one.since_verdict_s is not None:
            silent.add_metric([one.camera], one.since_verdict_s)
        for known in CameraState:
            state.add_metric([one.camera, known.value], float(one.state == known))
        for mask, count in one.now.items():
            now.add_metric([one.camera, mask], count)
        for mask, count in one.people.items():
            seen.add_metric([one.camera, mask], count)
    yield from (fps, age, silent, state, now, seen)
