from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as pil

from clips import Clip, cut, grey_steps, write_clip, write_sound
from contracts import source_contract
from fakes import FakeCapture
from maskwatch import open_source
from maskwatch.errors import SourceError
from maskwatch.sources import SourceOptions
from maskwatch.sources.camera import CameraSource
from maskwatch.sources.images import ImageSource
from maskwatch.sources.video import VideoSource


def _image(path: Path, colour: str = "red", size: tuple[int, int] = (8, 6)) -> Path:
    pil.new("RGB", size, colour).save(path)
    return path


def _with_fake_camera() -> SourceOptions:
    blue = np.full((48, 64, 3), (200, 100, 0), np.uint8)
    return SourceOptions(open_capture=lambda _number: FakeCapture([blue], repeat=True))


def test_each_kind_of_input_has_its_source(tmp_path: Path) -> None:
    image, video = _image(tmp_path / "a.png"), write_clip(tmp_path / "b.mp4", grey_steps(3))
    for spec, kind in ((image, ImageSource), (str(image), ImageSource), (video, VideoSource)):
        with open_source(spec) as source:
            assert isinstance(source, kind)
            assert source.name == str(spec)
    for spec in (3, "3", "/dev/video3"):
        with open_source(spec, _with_fake_camera()) as source:
            assert isinstance(source, CameraSource)
            assert source.name == "camera 3"


def test_contracts(tmp_path: Path) -> None:
    _image(tmp_path / "a.png")
    write_clip(tmp_path / "b.mp4", grey_steps(3))
    _image(tmp_path / "c.jpg", size=(1, 40))
    source_contract(lambda: open_source(tmp_path))
    source_contract(lambda: open_source(f"{tmp_path}/*"))
    source_contract(lambda: open_source([tmp_path / "c.jpg", tmp_path / "b.mp4", tmp_path / "missing.jpg"]))
    source_contract(lambda: open_source([tmp_path / "a.png", 0], _with_fake_camera()))


def test_a_list_goes_on_after_each_failure(tmp_path: Path) -> None:
    good = [_image(tmp_path / f"{colour}.png", colour) for colour in ("red", "green", "blue")]
    text = tmp_path / "text.jpg"
    text.write_text("no image")
    whole = write_clip(tmp_path / "whole.mkv", grey_steps(4), Clip(sound=True))
    torn = cut(write_clip(tmp_path / "torn.mkv", grey_steps(30), Clip(rate=Clip().rate / 5)), 0.7)
    song = write_sound(tmp_path / "song.mp4")
    (tmp_path / "void").mkdir()
    specs = [
        good[0], "http://x/y", text, good[1], tmp_path / "missing.png", song, whole, tmp_path / "void", torn,
        f"{tmp_path}/*.webp", 97, good[2],
    ]  # fmt: skip
    with open_source(specs) as source:
        frames = list(source)
    order = list(dict.fromkeys(frame.source for frame in frames))
    assert order == [str(path) for path in (good[0], good[1], whole, torn, good[2])]
    assert [str(failure).split(": ")[0] for failure in source.failures] == [
        "http://x/y", str(text), str(tmp_path / "missing.png"), str(song), str(tmp_path / "void"), str(torn),
        f"{tmp_path}/*.webp", "camera 97",
    ]  # fmt: skip
    assert source.notes == [f"{whole}: its sound is ignored"]


def test_failures_grow_while_reading(tmp_path: Path) -> None:
    good = _image(tmp_path / "good.png")
    with open_source([tmp_path / "no1.png", good, tmp_path / "no2.png", good]) as source:
        seen = [len(source.failures) for _ in source]
    assert seen == [1, 2]


def test_a_lone_input_that_cannot_be_opened_raises(tmp_path: Path) -> None:
    for spec, message in (
        (tmp_path / "missing.mp4", "cannot be opened"),
        (tmp_path, "no image or video in this folder"),
        (f"{tmp_path}/*.jpg", "matches this pattern"),
        (write_sound(tmp_path / "song.m4a"), "no video in it"),
        (97, "camera 97"),
        ("rtsp://127.0.0.1:9/1", "cannot be reached"),
    ):
        with pytest.raises(SourceError, match=message):
            open_source(spec)


def test_a_missing_image_raises_at_once_too(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"missing\.jpg: cannot be opened"):
        open_source(tmp_path / "missing.jpg")


def test_total_counts_images_and_frames(tmp_path: Path) -> None:
    _image(tmp_path / "a.png")
    _image(tmp_path / "b.png")
    assert open_source(tmp_path).total == 2
    write_clip(tmp_path / "c.mp4", grey_steps(5))
    (tmp_path / "d.mp4").write_text("no video")
    assert open_source(tmp_path).total == 7
    assert open_source([tmp_path, 0], _with_fake_camera()).total is None
    assert open_source([]).total == 0


def test_subfolders_count_when_asked(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    _image(tmp_path / "sub" / "a.png")
    _image(tmp_path / "b.png")
    assert open_source(tmp_path).total == 1
    assert open_source(tmp_path, SourceOptions(recursive=True)).total == 2


def test_cameras_are_opened_one_at_a_time_and_given_back(tmp_path: Path) -> None:
    captures: list[FakeCapture] = []

    def opened(number: int) -> FakeCapture:
        captures.append(FakeCapture([np.zeros((4, 4, 3), np.uint8)], repeat=True))
        return captures[-1]

    with open_source([_image(tmp_path / "a.png"), 0, 1], SourceOptions(open_capture=opened)) as source:
        assert source.live
        frames = iter(source)
        assert next(frames).source.endswith("a.png")
        assert captures == []
        assert next(frames).source == "camera 0"
        assert [capture.released for capture in captures] == [False]
    assert [capture.released for capture in captures] == [True]


def test_importing_sources_loads_no_decoder() -> None:
    code = "import sys, maskwatch.sources; sys.exit(any(name in sys.modules for name in ('cv2', 'av', 'PIL')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
