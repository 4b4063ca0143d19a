from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PilImage

from contracts import sink_contract
from maskwatch.detections import Detections
from maskwatch.errors import SinkError
from maskwatch.frames import Frame, Image
from maskwatch.images import read_image
from maskwatch.sinks.draw import draw
from maskwatch.sinks.images import ImageSink, save_image
from maskwatch.sinks.save import SaveSink

FACE = Detections(np.array([[20, 30, 60, 80]], np.float32), np.ones(1, np.float32), np.eye(3, dtype=np.float32)[2:])


def smooth() -> Image:
    ramp = np.add.outer(np.arange(100), np.arange(120)).astype(np.uint8)
    return np.stack([ramp, ramp // 2, 255 - ramp], axis=2)


def photo(source: str) -> Frame:
    return Frame(smooth(), 0, None, source)


@pytest.mark.parametrize("make", [ImageSink, SaveSink])
def test_contract(make, tmp_path: Path):
    sink_contract(make, tmp_path)


@pytest.mark.parametrize(
    ("source", "name", "kind"),
    [
        ("in/a.jpg", "a.jpg", "JPEG"),
        ("in/a.JPEG", "a.JPEG", "JPEG"),
        ("in/a.png", "a.png", "PNG"),
        ("in/a.webp", "a.jpg", "JPEG"),
        ("in/a.tiff", "a.png", "PNG"),
        ("in/a.gif", "a.png", "PNG"),
        ("in/no_suffix", "no_suffix.jpg", "JPEG"),
    ],
)
def test_names_and_formats(source: str, name: str, kind: str, tmp_path: Path):
    with ImageSink(tmp_path / "out") as sink:
        sink.write(photo(source), FACE)
    assert sink.written == [tmp_path / "out" / name]
    with PilImage.open(sink.written[0]) as saved:
        assert saved.format == kind
        assert not saved.getexif()
    drawn = draw(smooth(), FACE)
    saved_pixels = read_image(sink.written[0])
    if kind == "PNG":
        assert np.array_equal(saved_pixels, drawn)
    else:
        assert np.abs(saved_pixels.astype(int) - drawn).mean() < 4


def test_neither_the_input_nor_an_older_file_is_overwritten(tmp_path: Path):
    original = tmp_path / "a.png"
    PilImage.fromarray(smooth()).save(original)
    before = original.read_bytes()
    for number in (2, 3):
        with ImageSink(tmp_path) as sink:
            sink.write(photo(str(original)), FACE)
        assert sink.written == [tmp_path / f"a-{number}.png"]
    assert original.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 3


def test_sources_of_the_same_name_get_numbers(tmp_path: Path):
    with ImageSink(tmp_path) as sink:
        for folder in ("x", "y", "z"):
            sink.write(photo(f"{folder}/a.jpg"), FACE)
    assert [path.name for path in sink.written] == ["a.jpg", "a-2.jpg", "a-3.jpg"]


def test_frames_of_a_video_have_their_number(tmp_path: Path):
    with ImageSink(tmp_path) as sink:
        sink.write(Frame(smooth(), 17, 0.7, "clip.mp4"), FACE)
    assert sink.written == [tmp_path / "clip_000017.jpg"]


def test_longer_than_a_jpeg_can_be(tmp_path: Path):
    with ImageSink(tmp_path) as sink:
        sink.write(Frame(np.zeros((1, 70_000, 3), np.uint8), 0, None, "strip.jpg"), FACE)
    assert read_image(sink.written[0]).shape == (1, 70_000, 3)


def test_another_way_of_drawing(tmp_path: Path):
    with ImageSink(tmp_path, render=lambda image, _: 255 - image) as sink:
        sink.write(photo("a.png"), FACE)
    assert np.array_equal(read_image(sink.written[0]), 255 - smooth())


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes, which Windows has not")
def test_a_full_disk_leaves_no_half_image(tmp_path: Path):
    code = """
import resource, sys
from pathlib import Path
import numpy as np
from maskwatch.errors import SinkError
from maskwatch.sinks.images import save_image
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    save_image(np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8), Path(sys.argv[1]))
except SinkError as error:
    print(error)
"""
    for name in ("a.jpg", "a.png"):
        command = [sys.executable, "-c", code, str(tmp_path / name)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert f"{name}: cannot be written" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX rights")
def test_a_folder_that_cannot_be_written_to(tmp_path: Path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    if os.geteuid() == 0:
        locked = Path("/proc")  # no right is missing to root but this one
        if not locked.is_dir():
            pytest.skip("root can write everywhere here")
    with pytest.raises(SinkError, match="choose another folder"), ImageSink(locked / "below"):
        pass


def test_a_file_in_place_of_the_folder(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(SinkError, match=r"a\.png: cannot be written"):
        save_image(smooth(), tmp_path / "file" / "a.png")


def test_save_sink_makes_images_of_images_and_videos_of_videos(tmp_path: Path):
    with SaveSink(tmp_path) as sink:
        sink.write(photo("a.png"), FACE)
        sink.write(Frame(smooth(), 0, 0.0, "clip.mov"), FACE)
        sink.write(Frame(smooth(), 1, 0.04, "clip.mov"), FACE)
        sink.write(photo("b.jpg"), FACE)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "b.jpg", "clip.mp4"]
    assert [path.name for path in sink.written] == ["a.png", "b.jpg", "clip.mp4"]
