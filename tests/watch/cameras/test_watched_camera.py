from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clips import cut, grey_steps, moving_noise, write_clip
from fakes import FakeCapture
from maskwatch.errors import SourceError, UsageError
from maskwatch.sources.options import StreamOptions
from maskwatch.watch.cameras.camera import Camera, Captured
from maskwatch.watch.cameras.options import CameraOptions
from maskwatch.watch.cameras.state import CameraState, StateChange
from rtsp_server import Programme, h264_units, rtsp_serving
from stream_servers import jpeg, serving
from waiting import wait_for

STREAM = StreamOptions(open_timeout_s=1.5, read_timeout_s=0.5)
QUICK = CameraOptions(STREAM, first_pause_s=0.05, longest_pause_s=0.2, failed_pause_s=0.3)


@contextmanager
def watching(
    spec: str | int, options: CameraOptions = QUICK, **more: Any
) -> Iterator[tuple[Camera, list[StateChange]]]:
    """A camera that runs during the block, and its state changes."""
    changes: list[StateChange] = []
    camera = Camera("door", spec, options, on_state=changes.append, **more)
    camera.start()
    try:
        yield camera, changes
    finally:
        assert camera.close(10)


def states(changes: list[StateChange]) -> list[str]:
    return [str(change.state) for change in changes]


def test_a_camera_gives_the_newest_frame_once() -> None:
    ready = threading.Event()
    with serving([jpeg(level) for level in range(0, 250, 10)]) as server:
        with watching(f"{server.url}/mjpeg", ready=ready) as (camera, changes):
            first: Captured = wait_for(camera.take)
            assert ready.is_set()
            before = camera.dropped
            wait_for(lambda: camera.dropped > before + 5)
            second: Captured = wait_for(camera.take)
        assert (first.camera, first.frame.source) == ("door", f"{server.url}/mjpeg")
        assert first.frame.image.shape == (48, 64, 3)
        assert second.frame.index - first.frame.index > 5
        assert 0 <= (first.frame.time_s or 0) < (second.frame.time_s or 0)
        assert time.monotonic() - first.captured_at < 15
        assert abs(time.time() - first.wall_time) < 15
        assert states(changes) == ["connecting", "live"]


def test_every_frame_is_taken_or_dropped_or_waits() -> None:
    with serving([jpeg(9)]) as server:
        server.pause_s = 0.002
        with watching(f"{server.url}/mjpeg", CameraOptions(STREAM, buffer=3)) as (camera, _):
            taken = 0
            wait_for(lambda: camera.state is CameraState.live)
            for _ in range(20):
                time.sleep(0.01)
                taken += camera.take() is not None
                assert camera.waiting <= 3
        assert camera.dropped > 0
        assert camera.captured == taken + camera.dropped + camera.waiting


def test_a_frame_rate_limit_skips_frames_and_does_not_drop_them() -> None:
    with serving([jpeg(9)]) as server:
        with watching(f"{server.url}/mjpeg", CameraOptions(STREAM, fps=5, buffer=100)) as (camera, _):
            wait_for(lambda: camera.captured >= 5)
            frames = [camera.take() for _ in range(5)]
        assert camera.dropped == 0
    times = [found.frame.time_s or 0 for found in frames if found]
    assert all(after - before > 0.1 for before, after in pairwise(times))


def test_it_reconnects_when_the_server_is_back() -> None:
    with serving([jpeg(40)]) as server:
        port = server.server_address[1]
        with watching(f"{server.url}/mjpeg") as (camera, changes):
            before: Captured = wait_for(camera.take)
            server.cut.set()
            server.shutdown()
            server.server_close()
            wait_for(lambda: states(changes).count("retrying") >= 3)
            while camera.take():
                pass
            with serving([jpeg(200)], port=port):
                after: Captured = wait_for(camera.take)
            assert after.frame.image.mean() > 150
            assert (after.frame.time_s or 0) > (before.frame.time_s or 0)
            assert after.frame.index > before.frame.index
    reasons = [change.reason for change in changes if change.state is CameraState.retrying]
    assert "the server ended the stream" in reasons[0]
    assert "connection refused" in reasons[1]
    assert all("trying again in 0." in reason for reason in reasons)


def test_a_stalled_stream_is_reported_and_repeats_no_frame() -> None:
    patient = CameraOptions(StreamOptions(open_timeout_s=3, read_timeout_s=1.5), first_pause_s=0.05)
    programme = Programme(h264_units(grey_steps(10)))
    with rtsp_serving(programme) as host, watching(f"rtsp://{host}/live", patient) as (camera, changes):
        wait_for(lambda: camera.captured > 5)
        programme.hold.set()
        held = time.monotonic()
        wait_for(lambda: "retrying" in states(changes))
        last = max(one.captured_at for _ in range(9) if (one := camera.take()))
        assert last < held + 1.4, "the frame that FFmpeg returns at its timeout is an old one"
        assert states(changes)[:4] == ["connecting", "live", "stalled", "retrying"]
        while camera.take():
            pass
        captured = camera.captured
        time.sleep(0.3)
        assert camera.take() is None
        assert camera.captured == captured
        programme.hold.clear()
        assert wait_for(camera.take)
        wait_for(lambda: camera.state is CameraState.live)


def test_permanent_failures_are_retried_slowly() -> None:
    programme = Programme(h264_units(grey_steps(5)), login=True)
    with rtsp_serving(programme) as host:
        with watching(f"rtsp://admin:topsecret@{host}/live") as (camera, changes):
            wait_for(lambda: states(changes).count("failed") >= 1)
            assert camera.state is CameraState.failed
            assert "user or password are missing or wrong" in camera.reason
            programme.login = False
            wait_for(camera.take)
        assert "retrying" not in states(changes)
    assert "topsecret" not in repr(changes)


def test_an_unknown_codec_is_named() -> None:
    with rtsp_serving(Programme(h264_units(grey_steps(5)), codec="UNHEARDOF/90000")) as host:
        with watching(f"rtsp://{host}/live") as (camera, changes):
            wait_for(lambda: "failed" in states(changes))
            assert "unknown codec" in changes[-1].reason
        assert camera.captured == 0


@pytest.mark.parametrize("jump_s", [-20.0, 5000.0])
def test_a_jumping_clock_does_no_harm(jump_s: float) -> None:
    programme = Programme(
        h264_units(grey_steps(40)), clock=lambda number: 30_000 + number / 50 + (jump_s if number >= 25 else 0)
    )
    with rtsp_serving(programme) as host, watching(f"rtsp://{host}/live", CameraOptions(STREAM, buffer=500)) as found:
        camera, changes = found
        wait_for(lambda: camera.captured >= 60)
        times = [captured.frame.time_s or 0 for _ in range(60) if (captured := camera.take())]
        assert all(0 < after - before < 1.5 for before, after in pairwise(times))
        assert states(changes) == ["connecting", "live"]


def test_the_frame_size_may_change() -> None:
    units = h264_units(grey_steps(10, (64, 48))) + h264_units(grey_steps(10, (96, 80)))
    with rtsp_serving(Programme(units)) as host, watching(f"rtsp://{host}/live") as (camera, changes):
        shapes = set()
        wait_for(lambda: ((one := camera.take()) and shapes.add(one.frame.image.shape)) or len(shapes) == 2)
        assert states(changes) == ["connecting", "live"]


def test_damaged_frames_are_dropped() -> None:
    photos = moving_noise(10)
    units = h264_units(photos, keyframe_every=5)
    units[6] = [nal[: len(nal) // 3] for nal in units[6]]
    with rtsp_serving(Programme(units)) as host, watching(f"rtsp://{host}/live", CameraOptions(STREAM, buffer=99)) as f:
        camera, _ = f
        wait_for(lambda: camera.captured >= 30)
        images = [one.frame.image for _ in range(30) if (one := camera.take())]
    close = [min(np.abs(image.astype(int) - photo).mean() for photo in photos) for image in images]
    assert max(close) < 55


def test_a_file_is_played_in_real_time_and_ends(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", grey_steps(20))
    began = time.monotonic()
    with watching(str(path), CameraOptions(buffer=50)) as (camera, changes):
        wait_for(lambda: camera.state is CameraState.ended)
        assert time.monotonic() - began >= 0.75
    frames = [one.frame for _ in range(20) if (one := camera.take())]
    assert [frame.index for frame in frames] == [*range(20)]
    assert states(changes) == ["connecting", "live", "ended"]
    assert "read to its end" in camera.reason


def test_a_damaged_file_is_reported_at_its_end(tmp_path: Path) -> None:
    path = cut(write_clip(tmp_path / "torn.mkv", moving_noise(20)), 0.6)
    with watching(str(path)) as (camera, changes):
        wait_for(lambda: camera.state is CameraState.ended)
        assert "damaged video" in camera.reason
    assert states(changes) == ["connecting", "live", "ended"]


def test_a_file_that_is_not_a_video_is_an_error_at_once(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no video")
    for name, message in (("none.mp4", "cannot be opened"), ("text.mp4", "unknown format")):
        with pytest.raises(SourceError, match=message):
            Camera("door", str(tmp_path / name))


def test_a_webcam_that_is_unplugged_and_plugged_in_again() -> None:
    blue = np.full((48, 64, 3), (200, 100, 0), np.uint8)
    plugs = [FakeCapture([blue] * 3), FakeCapture([], present=False), FakeCapture([blue], repeat=True)]
    opened = iter(plugs)
    with watching(0, open_capture=lambda _number: next(opened)) as (camera, changes):
        wait_for(lambda: states(changes).count("live") == 2)
        captured: Captured = wait_for(camera.take)
    assert np.array_equal(captured.frame.image, blue[..., ::-1])
    assert states(changes)[:6] == ["connecting", "live", "retrying", "connecting", "retrying", "connecting"]
    assert plugs[-1].released


def test_a_dead_camera_does_not_slow_down_the_others() -> None:
    with serving([jpeg(9)]) as server, watching(f"{server.url}/silent") as (dead, _):
        with watching(f"{server.url}/mjpeg") as (alive, changes):
            wait_for(lambda: alive.captured > 30)
        assert states(changes) == ["connecting", "live"]
        assert dead.captured == 0


def test_closing_does_not_wait_for_the_pause() -> None:
    with serving() as server:
        options = CameraOptions(STREAM, first_pause_s=60, longest_pause_s=60)
        with watching(f"{server.url}/nothing", options) as (camera, changes):
            wait_for(lambda: "retrying" in states(changes))
            began = time.monotonic()
            assert camera.close()
            assert time.monotonic() - began < 5
            assert states(changes) == ["connecting", "retrying"]


def test_no_password_is_in_any_message() -> None:
    with serving([jpeg(9)]) as server:
        for path in ("login", "nothing", "silent"):
            url = f"{server.url.replace('//', '//admin:hush-hush@')}/{path}?token=topsecret"
            with watching(url) as (camera, changes):
                wait_for(lambda changes=changes: {"failed", "retrying"} & {*states(changes)})
                said = f"{changes!r} {camera.reason} {camera!r}"
            assert "hush" not in said
            assert "topsecret" not in said


def test_impossible_addresses_and_options_are_errors() -> None:
    with pytest.raises(SourceError, match="rtmp addresses are not supported"):
        Camera("door", "rtmp://host/live")
    for wrong in ({"fps": 0}, {"buffer": 0}, {"first_pause_s": 0}, {"failed_pause_s": -1}):
        with pytest.raises(UsageError, match=next(iter(wrong))):
            CameraOptions(**wrong)
    for wrong in ({"open_timeout_s": 0}, {"read_timeout_s": float("nan")}, {"rtsp_transport": "pigeon"}):
        with pytest.raises(UsageError, match=next(iter(wrong))):
            StreamOptions(**wrong)  # type: ignore[arg-type]


def test_hls_is_played_in_real_time(tmp_path: Path) -> None:
    write_clip(tmp_path / "one.ts", grey_steps(20))
    lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:1", "#EXTINF:0.8,", "one.ts", "#EXT-X-ENDLIST", ""]
    (tmp_path / "list.m3u8").write_text("\n".join(lines))
    with serving(folder=tmp_path) as server:
        with watching(f"{server.url}/list.m3u8", CameraOptions(STREAM, buffer=50)) as (camera, changes):
            wait_for(lambda: camera.state is CameraState.ended)
        frames = [one for _ in range(20) if (one := camera.take())]
    assert states(changes) == ["connecting", "live", "ended"]
    assert len(frames) == 20
    assert frames[-1].captured_at - frames[0].captured_at >= 0.7


def test_threads_and_descriptors_stay_constant() -> None:
    descriptors = Path("/proc/self/fd")
    with serving([jpeg(9)]) as server, watching(f"{server.url}/mjpeg") as (camera, changes):
        wait_for(camera.take)
        threads = threading.active_count()
        counts = []
        for number in range(1, 9):
            wait_for(lambda number=number: states(changes).count("live") == number)
            wait_for(camera.take)
            wait_for(lambda: threading.active_count() <= threads)  # that of the server's viewer before is ending
            counts.append(len([*descriptors.iterdir()]) if descriptors.is_dir() else 0)
            server.cut.set()
            wait_for(lambda: camera.state is CameraState.retrying)
            server.cut.clear()
    assert max(counts[2:]) <= counts[1]
