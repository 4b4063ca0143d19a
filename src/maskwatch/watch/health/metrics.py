"""Metrics for Prometheus, computed when they are requested."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from maskwatch.errors import MissingExtraError, SinkError
from maskwatch.watch.cameras.state import CameraState
from maskwatch.watch.health.stats import CameraStats, WatchStats

if TYPE_CHECKING:
    from prometheus_client import Metric

_CLOSE_TIMEOUT_S = 2.0


class MetricsServer:
    """Serves the metrics over HTTP until it is closed.

    Args:
        stats: returns the current statistics; called on any thread.
        host: address to listen on; 127.0.0.1 is reachable from this computer only.
        port: 0 picks a free one, which ``port`` then holds.

    Raises:
        MissingExtraError: when prometheus-client is not installed.
        SinkError: when the port is in use.
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
            raise SinkError(f"metrics cannot be served at {host}:{port} ({reason}); choose another port") from error
        self.port = int(self._server.server_port)
        self.address = f"http://{host}:{self.port}/metrics"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(_CLOSE_TIMEOUT_S)


class _Collector:
    """The collector that prometheus-client asks for metrics."""

    def __init__(self, stats: Callable[[], WatchStats]) -> None:
        self._stats = stats
        self._started = time.monotonic()

    def describe(self) -> Sequence[Metric]:
        """No metrics in advance, so that registering does not call ``stats`` before the watch runs."""
        return ()

    def collect(self) -> Iterator[Any]:
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        stats = self._stats()
        yield from _of_cameras(stats.cameras)
        yield GaugeMetricFamily(
            "maskwatch_uptime_seconds", "Time since the watch started.", value=time.monotonic() - self._started
        )
        yield GaugeMetricFamily(
            "maskwatch_loop_silent_seconds",
            "Time since the main loop last reported progress; alert on it.",
            value=stats.loop_silent_s,
        )
        yield CounterMetricFamily("maskwatch_inference_seconds", "Total time in the detector.", value=stats.inference_s)
        yield CounterMetricFamily("maskwatch_inferences", "Images passed to the detector.", value=stats.inferences)
        events = CounterMetricFamily(
            "maskwatch_events", "Events of incidents since the start.", labels=["rule", "camera", "kind"]
        )
        for labels, count in stats.events.items():
            events.add_metric(labels, count)
        yield events
        undelivered = GaugeMetricFamily(
            "maskwatch_undelivered_events", "Events that a sender has not delivered yet.", labels=["sender"]
        )
        for sender, count in stats.undelivered.items():
            undelivered.add_metric([sender], count)
        yield undelivered
        yield GaugeMetricFamily(
            "maskwatch_unsaved_events", "Events that wait for space on the disk.", value=stats.unsaved
        )


def _of_cameras(cameras: Sequence[CameraStats]) -> Iterator[Any]:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    for name, text, attribute in (
        ("frames_captured", "Frames read.", "captured"),
        ("frames_dropped", "Frames replaced by newer ones before they were processed.", "dropped"),
        ("frames_processed", "Frames processed.", "processed"),
    ):
        counter = CounterMetricFamily(f"maskwatch_{name}", text, labels=["camera"])
        for one in cameras:
            counter.add_metric([one.camera], getattr(one, attribute))
        yield counter
    fps = GaugeMetricFamily("maskwatch_fps", "Processed frames per second, last ten seconds.", labels=["camera"])
    age = GaugeMetricFamily(
        "maskwatch_frame_age_seconds",
        "Time from reading a frame to its result, last 600 frames.",
        labels=["camera", "quantile"],
    )
    silent = GaugeMetricFamily(
        "maskwatch_verdict_age_seconds", "Time since the last processed frame.", labels=["camera"]
    )
    state = GaugeMetricFamily(
        "maskwatch_camera_state", "1 for the camera's current state, else 0.", labels=["camera", "state"]
    )
    now = GaugeMetricFamily("maskwatch_people", "People in the last frame.", labels=["camera", "state"])
    seen = GaugeMetricFamily(
        "maskwatch_people_seen", "Different people so far, by their last state.", labels=["camera", "state"]
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
