"""The main loop with video files as cameras and a real history."""

from __future__ import annotations

import threading
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from clips import Clip, grey_steps, write_clip
from maskwatch.detect.raw_prediction import Calibration, Thresholds
from maskwatch.detections import Detections
from maskwatch.errors import SinkError
from maskwatch.frames import Image
from maskwatch.watch.health.liveness import Notifier
from maskwatch.watch.listeners import FrameResult, Listener
from maskwatch.watch.run import Watch
from maskwatch.watch.settings import load_settings
from maskwatch.watch.store import EventReader, EventStore


class FixedDetector:
    """Detects one unmasked face in every image, after a delay."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.thresholds = Thresholds(conf=0.5, iou=0.5, calibration=Calibration(1.0))
        self._seconds = seconds

    def __call__(self, image: Image) -> Detections:
        time.sleep(self._seconds)
        return Detections(
            np.array([[5, 5, 30, 35]], np.float32), np.array([0.9], np.float32), np.array([[0, 0, 1]], np.float32)
        )


class Recorder(Listener):
    def __init__(self) -> None:
        self.results: list[FrameResult] = []
        self.lost_cameras: list[str] = []
        self.closed = 0

    def on_frame(self, result: FrameResult) -> None:
        self.results.append(result)

    def on_camera_lost(self, camera: str) -> None:
        self.lost_cameras.append(camera)

    def close(self) -> None:
        self.closed += 1


def run(folder: Path, detector: FixedDetector, listener: Listener, **settings: object) -> tuple[Watch, int]:
    """Watch every video in ``folder`` to its end."""
    videos = sorted(str(path) for path in folder.glob("*.mp4"))
    chosen = load_settings(None, videos, {"events.path": str(folder / "e.sqlite"), **settings}, environment={})
    store = EventStore(chosen.events.path)
    watch = Watch(chosen, detector, store, on_hang=pytest.fail, notifier=Notifier({}))
    watch.listeners.append(listener)
    status = watch.run(threading.Event())
    store.close()
    return watch, status


def test_every_frame_is_processed_or_counted_as_dropped(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_clip(tmp_path / f"{name}.mp4", grey_steps(60), Clip(rate=Fraction(30)))
    recorder = Recorder()
    watch, status = run(tmp_path, FixedDetector(0.05), recorder)
    assert status == 0
    for stats in watch.camera_stats():
        assert stats.captured == 60
        assert stats.dropped > 0
        assert stats.processed == stats.captured - stats.dropped
        assert stats.processed == sum(one.captured.camera == stats.camera for one in recorder.results)
    counts = [stats.processed for stats in watch.camera_stats()]
    assert min(counts) >= 0.5 * max(counts)
    assert recorder.lost_cameras.count("a") == 1
    assert recorder.closed == 1


def test_frames_of_one_camera_stay_in_order(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", grey_steps(30), Clip(rate=Fraction(30)))
    recorder = Recorder()
    run(tmp_path, FixedDetector(), recorder)
    times = [one.captured.frame.time_s for one in recorder.results]
    assert times == sorted(times)
    assert len(set(times)) == len(times)


def test_people_are_tracked_in_frames_without_detection(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", grey_steps(30), Clip(rate=Fraction(15)))
    recorder = Recorder()
    watch, _ = run(tmp_path, FixedDetector(), recorder, **{"detector.every": 3})
    detected = [one.detected for one in recorder.results]
    assert sum(detected) == -(-len(detected) // 3)
    later = [one for one in recorder.results[12:] if not one.detected]
    assert later
    assert all(len(one.people) == 1 for one in later)
    assert watch.watch_stats().inferences == sum(detected)


def test_an_incident_is_stored_with_the_changes_of_its_camera(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", grey_steps(45), Clip(rate=Fraction(15)))
    recorder = Recorder()
    watch, _ = run(tmp_path, FixedDetector(), recorder)
    with EventReader(tmp_path / "e.sqlite") as reader:
        events = list(reader.events())
        (count,) = reader.counts()
    assert [event.state if event.kind == "camera" else event.kind for event in events] == [
        *("connecting", "live", "new", "end", "ended"),
    ]
    new = events[2]
    assert (new.camera, new.state, new.people) == ("a", "without_mask", 1)
    assert count.counts == {"with_mask": 0, "worn_incorrectly": 0, "without_mask": 1, "uncertain": 0}
    (first,) = [one for one in recorder.results if one.events and one.events[0].kind == "new"]
    assert first.events[0].id == new.id
    assert watch.watch_stats().events["no-mask", "a", "new"] == 1


def test_a_listener_that_fails_is_logged_and_the_watch_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Full(Recorder):
        def on_frame(self, result: FrameResult) -> None:
            super().on_frame(result)
            raise SinkError("the disk is full; free space")

    write_clip(tmp_path / "a.mp4", grey_steps(10), Clip(rate=Fraction(10)))
    full = Full()
    _, status = run(tmp_path, FixedDetector(), full)
    assert status == 0
    assert len(full.results) > 1
    assert "the disk is full" in caplog.text


def test_threads_are_gone_when_the_watch_is_over(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    write_clip(tmp_path / "a.mp4", grey_steps(5), Clip(rate=Fraction(10)))
    run(tmp_path, FixedDetector(), Recorder())
    assert set(threading.enumerate()) <= before
