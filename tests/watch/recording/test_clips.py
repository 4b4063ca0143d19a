from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from frame_results import frame_result, grain, incident, people
from maskwatch.detections import MaskState
from maskwatch.watch.recording.background_writer import BackgroundWriter
from maskwatch.watch.recording.clips import BufferedFrame, Clips, write_clip

FIRST, SECOND = (20, 20, 60, 70), (120, 20, 160, 70)


def images(path: Path) -> list[tuple[float, np.ndarray]]:
    with av.open(str(path)) as container:
        return [(float(frame.time or 0), frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]


def test_a_clip_has_seconds_before_and_after_and_blurs_the_others(tmp_path: Path) -> None:
    writer = BackgroundWriter("clips")
    clips = Clips(tmp_path, before_s=1.0, after_s=0.5, retention_days=7, writer=writer)
    image = grain()
    everyone = people((1, FIRST, MaskState.without_mask), (2, SECOND, MaskState.with_mask))
    alone = people((1, FIRST, MaskState.without_mask))
    for number in range(40):
        at = number / 10
        seen = alone if number == 25 else everyone  # one frame in which the other was not detected
        clips.on_frame(frame_result(image, seen, at, events=[incident()] if number == 20 else []))
    clips.close()
    assert writer.close(20)
    (path,) = tmp_path.iterdir()
    assert path.suffixes == [".mp4"]
    found = images(path)
    assert len(found) == 16
    assert abs(found[-1][0] - 1.5) < 0.02
    for _, photo in found:
        shown = np.abs(np.diff(photo[32:58, 32:48].astype(float), axis=1)).mean()
        hidden = np.abs(np.diff(photo[32:58, 132:148].astype(float), axis=1)).mean()
        assert hidden < shown / 2


def test_clips_are_written_when_the_watch_ends(tmp_path: Path) -> None:
    writer = BackgroundWriter("clips")
    clips = Clips(tmp_path, before_s=5, after_s=60, retention_days=7, writer=writer)
    seen = people((1, FIRST, MaskState.without_mask))
    for number in range(10):
        clips.on_frame(frame_result(grain(), seen, number / 10, events=[incident()] if number == 5 else []))
    clips.close()
    assert writer.close(20)
    (path,) = tmp_path.iterdir()
    assert len(images(path)) == 10


def test_in_a_hurry_the_start_is_saved_and_plays(tmp_path: Path) -> None:
    seen = people((1, FIRST, MaskState.without_mask))
    made = Clips(tmp_path / "unused", 5, 5, 7, BackgroundWriter("none"))
    made.on_frame(frame_result(grain(), seen))
    jpeg = made._past["door"][0].jpeg
    frames = [BufferedFrame(number / 10, jpeg, seen) for number in range(50)]
    asked = iter(range(100))
    write_clip(tmp_path / "a.mp4", frames, frozenset({1}), lambda: next(asked) >= 20)
    assert [path.name for path in tmp_path.glob("*.mp4")] == ["a.incomplete.mp4"]
    assert len(images(tmp_path / "a.incomplete.mp4")) == 20


def test_only_the_last_seconds_wait_in_memory(tmp_path: Path) -> None:
    writer = BackgroundWriter("clips")
    clips = Clips(tmp_path, before_s=1, after_s=1, retention_days=7, writer=writer)
    for number in range(100):
        clips.on_frame(frame_result(grain(), people(), number / 10))
    assert len(clips._past["door"]) == 11
    assert writer.close(10)
    assert not list(tmp_path.iterdir())


def recording(folder: Path, writer: BackgroundWriter, now: list[float] | None = None) -> Clips:
    """Clips that record one incident: ten frames; it starts in the sixth."""
    clock = (lambda: now[0]) if now else (lambda: 0.0)
    clips = Clips(folder, before_s=5, after_s=1, retention_days=7, writer=writer, clock=clock)
    seen = people((1, FIRST, MaskState.without_mask))
    for number in range(10):
        clips.on_frame(frame_result(grain(), seen, number / 10, events=[incident()] if number == 5 else []))
    return clips


def test_a_camera_that_is_lost_ends_its_clip(tmp_path: Path) -> None:
    writer = BackgroundWriter("clips")
    clips = recording(tmp_path, writer)
    clips.on_camera_lost("nobody")
    clips.on_camera_lost("door")
    assert not clips._recordings["door"]
    assert "door" not in clips._past
    clips.on_frame(frame_result(grain(), people(), 3600.0))
    assert writer.close(20)
    (path,) = tmp_path.iterdir()
    assert len(images(path)) == 10


def test_a_late_frame_is_not_part_of_the_clip(tmp_path: Path) -> None:
    writer = BackgroundWriter("clips")
    clips = recording(tmp_path, writer)
    clips.on_frame(frame_result(grain(), people(), 3600.0))
    assert writer.close(20)
    (path,) = tmp_path.iterdir()
    found = images(path)
    assert len(found) == 10
    assert found[-1][0] < 1


def test_a_clip_is_finished_in_time_without_further_frames(tmp_path: Path) -> None:
    writer, now = BackgroundWriter("clips"), [102.0]
    clips = recording(tmp_path, writer, now)
    clips.tick()  # frames of the clip may still wait to be processed
    assert clips._recordings["door"]
    now[0] = 104.0
    clips.tick()
    assert not clips._recordings["door"]
    assert writer.close(20)
    (path,) = tmp_path.iterdir()
    assert len(images(path)) == 10


def test_one_clip_too_many_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    writer = BackgroundWriter("clips")
    clips = Clips(tmp_path, before_s=1, after_s=1, retention_days=7, writer=writer)
    seen = people((1, FIRST, MaskState.without_mask))
    clips.on_frame(frame_result(grain(), seen, events=[incident(name=letter * 32) for letter in "abcde"]))
    clips.close()
    assert writer.close(20)
    assert sorted(path.stem[-8:] for path in tmp_path.iterdir()) == [letter * 8 for letter in "abcd"]
    (line,) = caplog.messages
    assert "_no-mask_eeeeeeee.mp4: not saved, because 4 others of this camera are still recording" in line
