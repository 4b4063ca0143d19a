from __future__ import annotations

import urllib.request
from collections.abc import Iterator

import pytest

from frame_results import people
from maskwatch.errors import SinkError
from maskwatch.watch.cameras.state import CameraState
from maskwatch.watch.health.metrics import MetricsServer
from maskwatch.watch.health.stats import CameraStats, CameraTally, WatchStats, quantile

pytest.importorskip("prometheus_client", reason="metrics need the extra: pip install 'maskwatch[watch]'")

DOOR = CameraStats(
    "door",
    CameraState.live,
    captured=100,
    dropped=4,
    processed=95,
    fps=9.5,
    age_p50_s=0.05,
    age_p95_s=0.125,
    since_verdict_s=0.5,
    now={"with_mask": 2, "worn_incorrectly": 0, "without_mask": 1},
)
STATS = WatchStats([DOOR], 0.25, 3.5, 95, {("no-mask", "door", "new"): 3}, {"chat": 2}, unsaved=1)


@pytest.fixture
def server() -> Iterator[MetricsServer]:
    made = MetricsServer(lambda: STATS, "127.0.0.1", 0)
    yield made
    made.close()


def test_prometheus_reads_every_metric(server: MetricsServer) -> None:
    from prometheus_client.parser import text_string_to_metric_families

    text = urllib.request.urlopen(server.address, timeout=20).read().decode()
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert found["maskwatch_frames_captured_total", "door"] == 100
    assert found["maskwatch_frames_dropped_total", "door"] == 4
    assert found["maskwatch_frames_processed_total", "door"] == 95
    assert found["maskwatch_fps", "door"] == 9.5
    assert found["maskwatch_frame_age_seconds", "0.95", "door"] == 0.125
    assert found["maskwatch_camera_state", "door", "live"] == 1
    assert found["maskwatch_camera_state", "door", "retrying"] == 0
    assert found["maskwatch_people", "door", "with_mask"] == 2
    assert found["maskwatch_events_total", "door", "new", "no-mask"] == 3
    assert found["maskwatch_undelivered_events", "chat"] == 2
    assert found["maskwatch_unsaved_events",] == 1
    assert found["maskwatch_loop_silent_seconds",] == 0.25
    assert found["maskwatch_inferences_total",] == 95


def test_a_port_in_use_is_an_error(server: MetricsServer) -> None:
    with pytest.raises(SinkError, match="choose another port"):
        MetricsServer(lambda: STATS, "127.0.0.1", server.port)


def test_closing_frees_the_port() -> None:
    first = MetricsServer(lambda: STATS, "127.0.0.1", 0)
    first.close()
    MetricsServer(lambda: STATS, "127.0.0.1", first.port).close()


def test_ages_and_counts_of_a_camera() -> None:
    tally = CameraTally()
    for step in range(1, 101):
        tally.add(people((1, (0, 0, 9, 9), 2)), step / 1000)
    stats = tally.stats("door", CameraState.live, "", 120, 20, {"with_mask": 1})
    assert (stats.processed, stats.captured, stats.dropped) == (100, 120, 20)
    assert stats.age_p50_s == 0.051
    assert stats.age_p95_s == 0.096
    assert stats.now == {"with_mask": 0, "worn_incorrectly": 0, "without_mask": 1, "uncertain": 0}
    assert stats.since_verdict_s is not None
    tally.clear()
    assert sum(tally.stats("door", CameraState.live, "", 0, 0, {}).now.values()) == 0


def test_quantiles_of_few_values() -> None:
    assert quantile([], 0.5) == 0
    assert quantile([3.0], 0.95) == 3.0
