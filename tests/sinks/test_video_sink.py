from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from contracts import sink_contract
from maskwatch.detections import Detections
from maskwatch.errors import SinkError
from maskwatch.frames import Frame
from maskwatch.sinks.mp4 import drop_broken_fragment
from maskwatch.sinks.video import VideoSink

NTSC = Fraction(30000, 1001)
NO_FACES = Detections.empty()


def clip(count: int, size: tuple[int, int] = (96, 64), rate: Fraction | None = Fraction(25)) -> Iterator[Frame]:
    """Frames (width, height) = ``size``, each of one grey, a little lighter than the one before."""
    for index in range(count):
        image = np.full((size[1], size[0], 3), 20 + 200 * index // count, np.uint8)
        yield Frame(image, index, float(index / (rate or 25)), "holiday/clip.mov", rate)


def save(target: Path, frames: Iterator[Frame]) -> Path:
    with VideoSink(target) as sink:
        for frame in frames:
            sink.write(frame, NO_FACES)
    (path,) = sink.written
    return path


def decode(path: Path) -> tuple[list[Fraction], list[np.ndarray]]:
    """Times and RGB images of a video."""
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
        return [frame.pts * frame.time_base for frame in frames], [f.to_ndarray(format="rgb24") for f in frames]


def test_contract(tmp_path: Path):
    sink_contract(VideoSink, tmp_path)


@pytest.mark.parametrize("rate", [NTSC, Fraction(24000, 1001), Fraction(25), Fraction(15), Fraction(10**6, 33333)])
def test_rates_stay_fractions_and_times_are_exact(rate: Fraction, tmp_path: Path):
    path = save(tmp_path, clip(61, rate=rate))
    assert path == tmp_path / "clip.mp4"
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == rate
        assert stream.duration * stream.time_base == 61 / rate
    times, images = decode(path)
    assert times == [index / rate for index in range(61)]
    assert all(abs(int(p.mean()) - (20 + 200 * i // 61)) <= 2 for i, p in enumerate(images))


def test_a_variable_rate_is_kept(tmp_path: Path):
    times = [0.0, 0.04, 0.5, 0.533, 2.0, 2.01, 7.25]
    frames = [replace(frame, time_s=time_s) for frame, time_s in zip(clip(7), times, strict=True)]
    found, _ = decode(save(tmp_path, iter(frames)))
    assert [float(t) for t in found] == pytest.approx(times, abs=1e-4)


def test_times_that_stand_still_or_run_backwards_lose_no_frame(tmp_path: Path):
    frames = [replace(frame, time_s=time_s) for frame, time_s in zip(clip(4), [0.0, 0.04, 0.04, 0.01], strict=True)]
    found, _ = decode(save(tmp_path, iter(frames)))
    assert found == sorted(set(found))
    assert len(found) == 4


def test_frames_without_time_or_rate_get_25_a_second(tmp_path: Path):
    found, _ = decode(save(tmp_path, (replace(frame, time_s=None, rate=None) for frame in clip(5))))
    assert found == [Fraction(i, 25) for i in range(5)]


def test_browsers_can_play_it(tmp_path: Path):
    path = save(tmp_path, clip(30))
    with av.open(str(path)) as container:
        codec = container.streams.video[0].codec_context
        assert codec.name == "h264"
        assert codec.pix_fmt == "yuv420p"
        assert len(container.streams.audio) == 0
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "the index comes first"
    assert b"moof" not in data, "an ordinary file, not a fragmented one"


def test_colours_survive(tmp_path: Path):
    colours = [(200, 16, 46), (0, 170, 140), (255, 196, 0)]
    image = np.repeat(np.array(colours, np.uint8), 32, axis=0)[None].repeat(64, axis=0)
    _, (photo,) = decode(save(tmp_path, iter([Frame(image, 0, 0.0, "clip.mov", NTSC)])))
    for i, colour in enumerate(colours):
        assert np.abs(photo[32, 32 * i + 16].astype(int) - colour).max() <= 6


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (33, 47), (64, 47), (33, 48)])
def test_odd_sizes_are_padded(size: tuple[int, int], tmp_path: Path):
    _, images = decode(save(tmp_path, clip(3, size)))
    height, width = images[0].shape[:2]
    assert (width, height) == (size[0] + size[0] % 2, size[1] + size[1] % 2)
    assert np.ptp(images[2].astype(int)) <= 4, "padded with the image's own border, not with black"


def test_a_change_of_size_keeps_the_first_one(tmp_path: Path):
    frames = [*clip(2, (96, 64)), *clip(2, (64, 96)), *clip(1, (192, 128))]
    _, images = decode(save(tmp_path, (replace(frame, index=i, time_s=i / 25) for i, frame in enumerate(frames))))
    assert {image.shape for image in images} == {(64, 96, 3)}
    assert images[3][:, :20].max() < 30, "black at the sides of an upright image"
    assert images[3][32, 48].min() > 100
    assert len(images) == 5


def test_every_source_has_its_own_file(tmp_path: Path):
    with VideoSink(tmp_path) as sink:
        for source in ("a/clip.mov", "b/clip.mov", "rtsp://admin:secret@camera.local/door/1?key=9"):
            for frame in clip(3):
                sink.write(replace(frame, source=source), NO_FACES)
    assert [path.name for path in sink.written] == ["clip.mp4", "clip-2.mp4", "camera.local_door_1.mp4"]
    assert [len(decode(path)[0]) for path in sink.written] == [3, 3, 3]
    assert sorted(tmp_path.iterdir()) == sorted(sink.written)


def test_older_files_and_inputs_are_never_overwritten(tmp_path: Path):
    (tmp_path / "clip.mp4").write_text("an input")
    (tmp_path / "clip-2.incomplete.mp4").write_text("an older result")
    assert save(tmp_path, clip(2)).name == "clip-3.mp4"
    assert (tmp_path / "clip.mp4").read_text() == "an input"


def test_a_path_names_the_file(tmp_path: Path):
    assert save(tmp_path / "new" / "out.mp4", clip(2)) == tmp_path / "new" / "out.mp4"


def test_the_file_has_its_name_only_when_it_is_done(tmp_path: Path):
    with VideoSink(tmp_path) as sink:
        for frame in clip(120):
            sink.write(frame, NO_FACES)
        assert [path.name for path in tmp_path.iterdir()] == ["clip.part.mp4"]
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_video_is_kept_and_plays(error: type[BaseException], tmp_path: Path):
    sink = VideoSink(tmp_path)

    def interrupted() -> None:
        with sink:
            for frame in clip(90):
                sink.write(frame, NO_FACES)
            raise error

    with pytest.raises(error):
        interrupted()
    assert [path.name for path in tmp_path.iterdir()] == ["clip.incomplete.mp4"]
    assert sink.written == [tmp_path / "clip.incomplete.mp4"]
    times, _ = decode(sink.written[0])
    assert times == [Fraction(i, 25) for i in range(90)]


def test_a_killed_run_leaves_what_was_on_the_disk(tmp_path: Path):
    code = """
import sys, time
sys.path.insert(0, sys.argv[2])
from test_video_sink import NO_FACES, VideoSink, clip
with VideoSink(sys.argv[1]) as sink:
    for frame in clip(400):
        sink.write(frame, NO_FACES)
    print("ready", flush=True)
    time.sleep(60)
"""
    paths = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-c", code, str(tmp_path), str(Path(__file__).parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": paths}) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"ready"
        process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
    path = tmp_path / "clip.part.mp4"
    assert drop_broken_fragment(path)
    assert len(decode(path)[0]) >= 250


def noise(count: int) -> Iterator[Frame]:
    """Images that no encoder makes small."""
    rng = np.random.default_rng(0)
    for index in range(count):
        image = rng.integers(0, 256, (120, 160, 3), np.uint8)
        yield Frame(image, index, index / 5, "noise.mov", Fraction(5))


def fill(folder: Path, count: int) -> VideoSink:
    sink = VideoSink(folder)
    with sink:
        for frame in noise(count):
            sink.write(frame, NO_FACES)
    return sink


def test_a_full_disk_leaves_a_video_that_plays(small_disk: Path):
    with pytest.raises(SinkError, match=r"No space left.*kept as noise\.incomplete\.mp4"):
        fill(small_disk, 300)
    (path,) = small_disk.iterdir()
    assert path.name == "noise.incomplete.mp4"
    times, images = decode(path)
    assert len(times) >= 20
    original = next(noise(1)).image
    assert np.corrcoef(images[0].ravel(), original.ravel())[0, 1] > 0.5


def test_a_disk_too_full_for_the_second_copy_keeps_the_first(small_disk: Path):
    frames = next(count for count in range(40, 200, 10) if _size_of(count) > 600_000)
    with pytest.raises(SinkError, match="incomplete"):
        fill(small_disk, frames)
    (path,) = small_disk.iterdir()
    assert path.name == "noise.incomplete.mp4"
    assert len(decode(path)[0]) == frames


def _size_of(count: int) -> int:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return fill(Path(folder), count).written[0].stat().st_size


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes, which Windows has not")
def test_a_limit_on_file_sizes_leaves_a_video_that_plays(tmp_path: Path):
    code = """
import resource, sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from test_video_sink import SinkError, fill
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    fill(Path(sys.argv[1]), 300)
except SinkError as error:
    print(error)
"""
    paths = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), str(Path(__file__).parent)],
        capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": paths},
    )  # fmt: skip
    assert "noise.incomplete.mp4" in done.stdout
    (path,) = tmp_path.iterdir()
    assert len(decode(path)[0]) >= 10


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes, which Windows has not")
@pytest.mark.parametrize("short_by", [1, 30_000, 60_000])
def test_a_disk_that_is_full_at_the_very_end_is_noticed(short_by: int, tmp_path: Path):
    """FFmpeg reports no error for what it writes last."""
    whole = fill(tmp_path, 40).written[0]
    limit = whole.stat().st_size - short_by
    whole.unlink()
    code = f"""
import resource, sys
sys.path.insert(0, sys.argv[2])
from test_video_sink import SinkError, fill
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
try:
    fill(sys.argv[1], 40)
except SinkError as error:
    print(error)
"""
    paths = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), str(Path(__file__).parent)],
        capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": paths},
    )  # fmt: skip
    assert "noise.incomplete.mp4" in done.stdout
    (path,) = tmp_path.iterdir()
    assert path.name == "noise.incomplete.mp4"
    assert 10 <= len(decode(path)[0]) <= 40


def test_an_interruption_while_finishing_keeps_the_video(tmp_path: Path):
    """Ctrl-C comes from outside, at any moment: here while a long video is being copied into its final form."""
    code = """
import sys
sys.path.insert(0, sys.argv[2])
from test_video_sink import NO_FACES, VideoSink, noise
import maskwatch.sinks.mp4 as mp4
whole = mp4._remux
def slow(source, target):
    whole(source, target)
    print("copied", flush=True)
    import time
    time.sleep(60)
mp4._remux = slow
with VideoSink(sys.argv[1]) as sink:
    for frame in noise(20):
        sink.write(frame, NO_FACES)
"""
    paths = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-c", code, str(tmp_path), str(Path(__file__).parent)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": paths}
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"copied"
        process.send_signal(signal.SIGINT)
    assert "noise.incomplete.mp4" in [path.name for path in tmp_path.iterdir()]
    assert len(decode(tmp_path / "noise.incomplete.mp4")[0]) == 20


def test_a_image_too_large_for_the_encoder(tmp_path: Path):
    with pytest.raises(SinkError, match=r"clip\.mp4: cannot be written"):
        save(tmp_path, clip(1, (20_000, 2)))
    assert list(tmp_path.iterdir()) == []


def test_broken_fragments_are_cut_off(tmp_path: Path):
    def box(kind: bytes, body: bytes) -> bytes:
        return (8 + len(body)).to_bytes(4) + kind + body

    whole = box(b"ftyp", b"x") + box(b"moov", b"y" * 9) + box(b"moof", b"a") + box(b"mdat", b"b" * 50)
    path = tmp_path / "a.mp4"
    for end in (b"", box(b"moof", b"c"), box(b"moof", b"c") + box(b"mdat", b"d" * 30)[:-1], b"\0\0", b"\0" * 40):
        path.write_bytes(whole + end)
        assert drop_broken_fragment(path)
        assert path.read_bytes() == whole
    path.write_bytes(whole[:30])
    assert not drop_broken_fragment(path)
