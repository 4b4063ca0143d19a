"""The files that ``maskwatch detect`` writes: valid for other readers, and consistent."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from clips import Clip, write_clip
from commands import Command, records
from maskwatch import load_detector
from maskwatch.cli import OK, WRONG_USAGE
from maskwatch.data import read_dataset
from maskwatch.detections import REPORTED_STATES, STATE_NAMES
from maskwatch.frames import Image as ImageArray
from maskwatch.sinks.csv_table import COLUMNS

NTSC = Fraction(30000, 1001)


@pytest.fixture
def mixed(folder: Path, portrait: ImageArray) -> Path:
    """An image with a face, one without, and a video of the first with sound."""
    Image.new("RGB", (80, 60), (120, 130, 110)).save(folder / "nobody.jpg")
    write_clip(folder / "video.mp4", [portrait[60:200, 100:301]] * 4, Clip(rate=NTSC, sound=True, codec="mpeg4"))
    return folder


def test_all_files_are_consistent(mixed: Path, detect: Command, tmp_path: Path) -> None:
    names = {"csv": tmp_path / "a.csv", "jsonl": tmp_path / "a.jsonl", "coco": tmp_path / "a.json"}
    options = [part for name, path in names.items() for part in (f"--{name}", path)]
    outcome = detect(mixed, *options, "--yolo", tmp_path / "yolo", "--save", "--out", tmp_path / "out")
    assert outcome.status == OK
    assert outcome.err.count("\n") == 1
    assert "sound" in outcome.err

    lines = records(names["jsonl"])
    faces = [(line, face) for line in lines for face in line["detections"]]
    assert [Path(line["source"]).name for line in lines] == ["good.png", "nobody.jpg", *["video.mp4"] * 4]
    assert len(faces) >= 5
    check_csv(names["csv"], faces)
    check_coco(names["coco"], lines)
    check_yolo(tmp_path / "yolo", lines)
    assert f"6 frames, {len(faces)} faces: " in outcome.out


def check_csv(path: Path, faces: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["source"] for row in rows] == [line["source"] for line, _ in faces]
    for row, (line, face) in zip(rows, faces, strict=True):
        assert [float(row[name]) for name in ("x_min", "y_min", "x_max", "y_max")] == face["xyxy"]
        assert row["class"] == face["class"] == STATE_NAMES[int(row["class_id"])]
        assert float(row["confidence"]) == face["confidence"]
        assert [float(row[name]) for name in STATE_NAMES] == face["state_scores"]
        assert (row["time_s"] == "") == (line["time_s"] is None)


def check_coco(path: Path, lines: list[dict[str, Any]]) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    assert [category["name"] for category in content["categories"]] == list(STATE_NAMES)
    assert [(image["width"], image["height"]) for image in content["images"]] == [
        (line["width"], line["height"]) for line in lines
    ]
    for image, line in zip(content["images"], lines, strict=True):
        found = [a for a in content["annotations"] if a["image_id"] == image["id"]]
        assert [a["confidence"] for a in found] == [face["confidence"] for face in line["detections"]]
        products = [face["confidence"] * face["state_confidence"] for face in line["detections"]]
        assert [a["score"] for a in found] == pytest.approx(products, abs=0.0002)
        for annotation, face in zip(found, line["detections"], strict=True):
            x, y, width, height = annotation["bbox"]
            assert [x, y, x + width, y + height] == pytest.approx(face["xyxy"], abs=0.02)


def check_yolo(folder: Path, lines: list[dict[str, Any]]) -> None:
    labels = sorted(path.name for path in (folder / "labels").iterdir())
    assert labels == ["good.txt", "nobody.txt", *(f"video_{number:06d}.txt" for number in range(4))]
    assert (folder / "labels" / "nobody.txt").read_text() == ""
    for name, line in zip(labels, lines, strict=True):
        rows = [[float(value) for value in row.split()] for row in (folder / "labels" / name).read_text().splitlines()]
        for row, face in zip(rows, line["detections"], strict=True):
            state, x, y, width, height, confidence = row
            sides = np.array([line["width"], line["height"]])
            corners = np.concatenate([([x, y] - np.array([width, height]) / 2), [x, y] + np.array([width, height]) / 2])
            assert corners * np.tile(sides, 2) == pytest.approx(face["xyxy"], abs=0.02)
            assert STATE_NAMES[int(state)] == face["class"]
            assert confidence == face["confidence"]


def test_existing_labels_are_refused_before_anything_is_written(folder: Path, detect: Command, tmp_path: Path) -> None:
    options = ("--yolo", tmp_path / "yolo", "--csv", tmp_path / "a.csv")
    assert detect(folder, *options).status == OK
    kept = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    outcome = detect(folder, *options, "--conf", "0.9999")
    assert outcome.status == WRONG_USAGE
    assert "labels are never overwritten; give --yolo a new folder" in outcome.err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == kept


def test_two_images_of_one_name_are_reported(folder: Path, detect: Command, tmp_path: Path) -> None:
    (folder / "below").mkdir()
    Image.new("RGB", (80, 60), (120, 130, 110)).save(folder / "below" / "good.jpg")
    outcome = detect(folder, "--recursive", "--yolo", tmp_path / "yolo")
    assert outcome.status == OK
    assert "label files without the name of their image, because it is taken or not allowed: 1," in outcome.err
    assert sorted(path.name for path in (tmp_path / "yolo" / "labels").iterdir()) == ["good-2.txt", "good.txt"]


def test_annotated_copies_have_the_size_and_the_rate_of_their_originals(
    mixed: Path, detect: Command, tmp_path: Path, portrait: ImageArray
) -> None:
    assert detect(mixed, "--save", "--out", tmp_path / "out").status == OK
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["good.png", "nobody.jpg", "video.mp4"]
    with Image.open(tmp_path / "out" / "good.png") as saved:
        assert saved.size == (512, 512)
        changed = (np.asarray(saved) != portrait).any(axis=2)
    assert 0 < changed.mean() < 0.2
    with av.open(str(tmp_path / "out" / "video.mp4")) as container:
        stream = container.streams.video[0]
        assert not container.streams.audio
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (stream.average_rate, stream.width, stream.height) == (NTSC, 202, 140)
        assert len(list(container.decode(stream))) == 4

    assert detect(mixed / "good.png", "--save", "--out", tmp_path / "out").status == OK
    assert (tmp_path / "out" / "good-2.png").is_file()


def test_blur_leaves_nothing_of_the_face_and_all_of_the_rest(
    folder: Path, detect: Command, tmp_path: Path, portrait: ImageArray
) -> None:
    assert detect(folder, "--blur", "--save", "--out", tmp_path / "out", "--jsonl", tmp_path / "a.jsonl").status == OK
    x1, y1, x2, y2 = (round(v) for v in records(tmp_path / "a.jsonl")[0]["detections"][0]["xyxy"])
    inside = np.s_[(y1 + y2) // 2 - 20 : (y1 + y2) // 2 + 20, (x1 + x2) // 2 - 20 : (x1 + x2) // 2 + 20]
    with Image.open(tmp_path / "out" / "good.png") as saved:
        blurred = np.asarray(saved)
    detail = [np.abs(np.diff(image[inside].astype(int), axis=1)).mean() for image in (portrait, blurred)]
    assert detail[1] < detail[0] / 3
    assert np.array_equal(blurred[400:], portrait[400:])


def test_the_command_and_python_detect_the_same_faces(
    folder: Path, detect: Command, portrait: ImageArray, tmp_path: Path
) -> None:
    assert detect(folder, "--jsonl", tmp_path / "a.jsonl").status == OK
    faces = load_detector(imgsz=256, threads=1)(portrait)
    found = records(tmp_path / "a.jsonl")[0]["detections"]
    assert np.array([face["xyxy"] for face in found]) == pytest.approx(faces.xyxy, abs=0.01)
    assert [face["class"] for face in found] == [state.name for state in faces.states]


@pytest.mark.parametrize("option", ["--csv", "--jsonl", "--coco"])
def test_with_a_table_on_standard_output_nothing_else_is_printed(option: str, folder: Path, detect: Command) -> None:
    (folder / "broken.jpg").write_text("no image")
    out = detect(folder, option, "-").out
    if option == "--csv":
        assert {len(row) for row in csv.reader(io.StringIO(out))} == {len(COLUMNS)}
    elif option == "--jsonl":
        assert [json.loads(line)["frame"] for line in out.splitlines()] == [0]
    else:
        assert len(json.loads(out)["images"]) == 1


def test_the_summary_as_json(folder: Path, detect: Command) -> None:
    (folder / "broken.jpg").write_text("no image")
    summary = json.loads(detect(folder, "--json").out)
    assert summary["frames"] == 1
    assert summary["faces"] == sum(summary["states"].values()) >= 1
    assert list(summary["states"]) == list(REPORTED_STATES)
    assert [str(folder / "broken.jpg") in failure for failure in summary["failures"]] == [True]


def test_detections_can_be_read_as_a_data_set(mixed: Path, detect: Command) -> None:
    """How to label your own images: detect, correct, train."""
    (mixed / "video.mp4").unlink()
    assert detect(mixed, "--coco", mixed / "found.json").status == OK
    images = {image.path.name: image for image in read_dataset(mixed / "found.json")}
    assert set(images) == {"good.png", "nobody.jpg"}
    assert len(images["good.png"].xyxy) >= 1
    assert len(images["nobody.jpg"].xyxy) == 0
