from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from frame_results import frame_result, grain, incident, people
from maskwatch.detections import MaskState
from maskwatch.errors import SinkError
from maskwatch.files import part_of
from maskwatch.images import read_image
from maskwatch.watch.recording.background_writer import BackgroundWriter
from maskwatch.watch.recording.incident_files import delete_old
from maskwatch.watch.recording.snapshots import Snapshots

FIRST, SECOND = (20, 20, 60, 70), (120, 20, 160, 70)


@pytest.fixture
def writer() -> Iterator[BackgroundWriter]:
    made = BackgroundWriter("images")
    yield made
    assert made.close(10)


def test_one_image_per_incident_with_the_others_blurred(tmp_path: Path) -> None:
    writer = BackgroundWriter("images")
    snapshots = Snapshots(tmp_path / "saved", 7, writer)
    image = grain()
    seen = people((1, FIRST, MaskState.without_mask), (2, SECOND, MaskState.with_mask))
    snapshots.on_frame(frame_result(image, seen))
    snapshots.on_frame(frame_result(image, seen, 0.1, events=[incident(quiet=True)]))
    snapshots.on_frame(frame_result(image, seen, 0.2, events=[incident("update")]))
    snapshots.on_frame(frame_result(image, seen, 0.3, events=[incident("update"), incident("end")]))
    assert writer.close(10)
    (path,) = (tmp_path / "saved").iterdir()
    assert path.name.endswith("_door_no-mask_aaaaaaaa.jpg")
    saved = read_image(path).astype(float)
    inside = (slice(32, 58), slice(132, 148))
    assert np.abs(saved[32:58, 32:48] - image[32:58, 32:48]).mean() < 10
    assert (
        np.abs(np.diff(saved[inside], axis=1)).mean() < np.abs(np.diff(image[inside].astype(float), axis=1)).mean() / 2
    )


def test_a_folder_that_cannot_be_written_is_refused_at_once(tmp_path: Path, writer: BackgroundWriter) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SinkError, match="choose another folder"):
        Snapshots(tmp_path / "file", 7, writer)


def test_only_old_files_of_incidents_are_deleted(tmp_path: Path) -> None:
    stem = "20260101-120000_door_no-mask_0123abcd"
    half_written = part_of(tmp_path / f"{stem}.jpg").name
    for name in (f"{stem}.jpg", f"{stem}.incomplete.mp4", half_written, "mine.jpg"):
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (0, 0))
    (tmp_path / "20260102-120000_door_no-mask_0123abcd.jpg").write_bytes(b"")
    assert delete_old(tmp_path, 7, time.time()) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "20260102-120000_door_no-mask_0123abcd.jpg",
        "mine.jpg",
    ]


def test_a_failing_job_is_logged_and_the_next_one_runs(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: object) -> None:
        raise SinkError("disk full; free space")

    done = []
    writer = BackgroundWriter("jobs")
    assert writer.add(fail, "a")
    assert writer.add(lambda _: done.append(1), "b")
    assert writer.close(10)
    assert done == [1]
    assert "disk full" in caplog.text


def test_too_many_jobs_are_rejected_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    writer = BackgroundWriter("jobs")
    added = [writer.add(lambda _: time.sleep(0.01), f"clip {number}") for number in range(40)]
    assert writer.close(10)
    assert writer.rejected == added.count(False) > 0
    assert "not saved" in caplog.text
