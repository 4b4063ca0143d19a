"""An input that cannot be read: one line on stderr that names it, exit status 1, and the others are processed."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from clips import Clip, cut, flip_bits, moving_noise, write_clip, write_sound
from commands import Command, records
from maskwatch.cli import OK, SOME_FAILED
from maskwatch.detect.devices import installed_devices
from maskwatch.frames import Image as ImageArray

INDEX_FIRST = Clip(muxer=(("movflags", "faststart"),))
Make = Callable[[Path, ImageArray], object]


def cut_image(path: Path, portrait: ImageArray) -> None:
    Image.fromarray(portrait).save(path)
    cut(path, 0.6)


def huge_header(path: Path, _: ImageArray) -> None:
    """A PNG file of a few bytes that declares 50,000 x 50,000 pixels."""
    size = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunks = {b"IHDR": size, b"IDAT": zlib.compress(bytes(100)), b"IEND": b""}
    packed = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks.items())
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(packed))


BROKEN: dict[str, tuple[str, Make, str]] = {
    "text": ("text.jpg", lambda path, _: path.write_text("no image\n" * 9), "not a whole image in a known format"),
    "0 bytes": ("zero.jpg", lambda path, _: path.write_bytes(b""), "empty file (0 bytes)"),
    "cut JPEG": ("cut.jpg", cut_image, "file is damaged or truncated"),
    "cut PNG": ("cut.png", cut_image, "file is damaged or truncated"),
    "huge": ("huge.png", huge_header, "over the limit of 178,956,970 pixels"),
    "sound": ("sound.mp4", lambda path, _: write_sound(path), "no video in it"),
    "text video": (
        "text.mp4",
        lambda path, _: path.write_text("no video\n" * 9),
        "neither an image nor a supported video",
    ),
    "video of 0 bytes": ("zero.mp4", lambda path, _: path.write_bytes(b""), "empty file (0 bytes)"),
    "no index": ("cut.mp4", lambda path, _: cut(write_clip(path, moving_noise(20)), 0.5), "damaged at its start"),
    "HEIC": ("phone.heic", lambda path, _: path.write_bytes(b"\0\0\0\x18ftypheic"), "convert it to JPEG"),
}


@pytest.mark.parametrize(("name", "make", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_named_and_the_others_are_processed(
    name: str, make: Make, message: str, folder: Path, portrait: ImageArray, detect: Command, tmp_path: Path
) -> None:
    make(folder / name, portrait)
    outcome = detect(folder, "--jsonl", tmp_path / "faces.jsonl")
    assert outcome.status == SOME_FAILED
    assert len(outcome.error_lines) == 1, outcome.err
    assert outcome.err.startswith(f"maskwatch: {folder / name}: ")
    assert message in outcome.err
    (done,) = records(tmp_path / "faces.jsonl")
    assert done["source"] == str(folder / "good.png")
    assert done["detections"]
    assert outcome.out.rstrip().endswith("; 1 failed")


@pytest.mark.parametrize(("name", "make", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_alone_is_one_line(
    name: str, make: Make, message: str, tmp_path: Path, portrait: ImageArray, detect: Command
) -> None:
    make(tmp_path / name, portrait)
    outcome = detect(tmp_path / name, "--save", "--out", tmp_path / "out")
    assert outcome.status == SOME_FAILED
    assert len(outcome.error_lines) == 1, outcome.err
    assert message in outcome.err
    assert not list((tmp_path / "out").glob("*"))


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("nowhere.jpg", "no such file"),
        ("nowhere", "no such file"),
        ("empty", "no image or video in this folder"),
        ("*.nothing", "no image or video matches this pattern"),
        ("63", "camera 63: "),
        ("rtmp://camera/1", "rtmp addresses are not supported"),
        ("rtsp://127.0.0.1:9/1", "cannot be reached"),
    ],
)
@pytest.mark.parametrize("alone", [True, False])
def test_missing_inputs(
    spec: str, message: str, alone: bool, folder: Path, detect: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "empty").mkdir()
    monkeypatch.chdir(folder)
    outcome = detect(spec) if alone else detect("good.png", spec, "good.png")
    assert outcome.status == SOME_FAILED
    assert len(outcome.error_lines) == 1, outcome.err
    assert message in outcome.err
    assert ("2 frames, " in outcome.out) == (not alone)


def test_a_cut_video_keeps_the_frames_before_the_cut(folder: Path, detect: Command, tmp_path: Path) -> None:
    cut(write_clip(folder / "cut.mp4", moving_noise(60), INDEX_FIRST), 0.6)
    outcome = detect(folder, "--jsonl", tmp_path / "faces.jsonl", "--save", "--out", tmp_path / "out")
    assert outcome.status == SOME_FAILED
    assert len(outcome.error_lines) == 1, outcome.err
    found = re.search(r"cut\.mp4: damaged video \((\d+) of 60 frames read, .*truncated\)", outcome.err)
    assert found is not None, outcome.err
    frames = [record["frame"] for record in records(tmp_path / "faces.jsonl") if record["source"].endswith("cut.mp4")]
    assert len(frames) == int(found[1]) >= 15
    assert frames == sorted(set(frames))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["cut.mp4", "good.png"]


def test_damaged_frames_are_left_out_counted_and_said(folder: Path, detect: Command, tmp_path: Path) -> None:
    flip_bits(write_clip(folder / "hit.mp4", moving_noise(60), INDEX_FIRST), 8)
    outcome = detect(folder / "hit.mp4", folder / "good.png", "--jsonl", tmp_path / "faces.jsonl")
    assert outcome.status == SOME_FAILED
    assert len(outcome.error_lines) == 1, outcome.err
    found = re.search(r"hit\.mp4: damaged video \((\d+) of 60 frames read, (\d+) damaged left out\)", outcome.err)
    assert found is not None, outcome.err
    frames = [record["source"] for record in records(tmp_path / "faces.jsonl")]
    assert frames.count(str(folder / "hit.mp4")) == int(found[1])
    assert int(found[1]) + int(found[2]) == 60
    assert frames[-1] == str(folder / "good.png")


def test_an_animation_counts_as_its_first_frame(tmp_path: Path, portrait: ImageArray, detect: Command) -> None:
    first = Image.fromarray(portrait)
    first.save(tmp_path / "wave.gif", save_all=True, append_images=[Image.new("RGB", first.size)] * 3)
    first.convert("P", palette=Image.Palette.ADAPTIVE).convert("RGB").save(tmp_path / "first.png")
    outcome = detect(tmp_path, "--jsonl", tmp_path / "faces.jsonl")
    assert outcome.status == OK
    assert outcome.err == ""
    still, animated = sorted(records(tmp_path / "faces.jsonl"), key=lambda record: record["source"])
    assert len(animated["detections"]) == len(still["detections"])
    assert animated["detections"]


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1)])
def test_images_of_one_pixel_or_one_row(size: tuple[int, int], tmp_path: Path, maskwatch: Command) -> None:
    Image.new("RGB", size, (90, 120, 60)).save(tmp_path / "thin.png")
    options = ("--threads", "1", "--save", "--out", tmp_path / "out", "--jsonl", tmp_path / "a.jsonl")
    outcome = maskwatch("detect", tmp_path / "thin.png", *options, "--yolo", tmp_path / "y", "--coco", tmp_path / "c")
    assert outcome.status == OK
    assert outcome.err == ""
    (record,) = records(tmp_path / "a.jsonl")
    assert (record["width"], record["height"]) == size
    with Image.open(tmp_path / "out" / "thin.png") as saved:
        assert saved.size == size


@pytest.mark.parametrize("name", ["[red]a.png", "[", "ü ß.png", "a\nb.png", "-x.png"])
def test_names_are_printed_as_they_are(
    name: str, folder: Path, detect: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir((folder / "good.png").rename(folder / name).parent)
    outcome = detect("--save", "--csv", "faces.csv", "--", name)
    assert outcome.status == OK
    assert f"{name}  512 x 512" in outcome.out


def test_a_name_that_is_no_unicode(folder: Path, detect: Command) -> None:
    name = folder / "\udcff\udcfe.png"
    try:
        (folder / "good.png").rename(name)
    except (OSError, UnicodeError):
        pytest.skip("this file system takes Unicode names only")
    outcome = detect(folder, folder / "\udcffgone.png", "--save", "--out", folder / "out", "--csv", folder / "a.csv")
    assert outcome.status == SOME_FAILED
    assert len(outcome.error_lines) == 1
    assert "gone.png: cannot be opened" in outcome.err


def test_a_device_that_is_not_installed_names_its_package(detect: Command, folder: Path) -> None:
    if "directml" in installed_devices():
        pytest.skip("directml is installed here")
    outcome = detect(folder, "--device", "directml")
    assert outcome.status == 2
    assert len(outcome.error_lines) == 1
    assert "pip install onnxruntime-directml" in outcome.err
