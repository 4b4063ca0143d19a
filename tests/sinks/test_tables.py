from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from annotation_files import write
from contracts import sink_contract
from maskwatch.data.formats.coco import read_coco
from maskwatch.detections import Detections
from maskwatch.errors import SinkError, UsageError
from maskwatch.frames import Frame
from maskwatch.sinks.coco import CocoSink
from maskwatch.sinks.csv_table import COLUMNS, CsvSink
from maskwatch.sinks.jsonl import JsonlSink
from maskwatch.sinks.text_output import TextOutput
from maskwatch.sinks.yolo import YoloSink

FACES = Detections(
    np.array([[10.5, 20, 50, 60.25], [0, 0, 8, 9]], np.float32),
    np.array([0.9, 0.8], np.float32),
    np.array([[0.25, 0.5, 0.25], [0.1, 0.1, 0.8]], np.float32),
    np.array([4, 12]),
)
FRAME = Frame(np.zeros((100, 200, 3), np.uint8), index=7, time_s=7 / 30, source='a "b", c.mp4')


@pytest.mark.parametrize(
    ("make", "name"), [(CsvSink, "faces.csv"), (JsonlSink, "faces.jsonl"), (CocoSink, "faces.json"), (YoloSink, "yolo")]
)
def test_contract(make, name: str, tmp_path: Path):
    sink_contract(lambda folder: make(folder / name), tmp_path)


def test_csv_columns_and_values(tmp_path: Path):
    path = tmp_path / "new folder" / "faces.csv"
    with CsvSink(path) as sink:
        sink.write(FRAME, FACES)
        sink.write(FRAME, Detections.empty())
    header, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    assert tuple(header) == COLUMNS
    assert header[:7] == ["x_min", "y_min", "x_max", "y_max", "class_id", "confidence", "tracker_id"]
    assert len(rows) == 2
    first = dict(zip(header, rows[0], strict=True))
    assert first == {
        "x_min": "10.50", "y_min": "20.00", "x_max": "50.00", "y_max": "60.25",
        "class_id": "1", "confidence": "0.9000", "tracker_id": "4",
        "source": 'a "b", c.mp4', "frame": "7", "time_s": "0.233333",
        "class": "worn_incorrectly", "state_confidence": "0.5000",
        "with_mask": "0.2500", "worn_incorrectly": "0.5000", "without_mask": "0.2500",
        "width": "200", "height": "100", "ambiguous": "0",
    }  # fmt: skip


def test_csv_is_not_there_until_done_and_replaces_an_older_one(tmp_path: Path):
    path = tmp_path / "faces.csv"
    path.write_text("older")
    with CsvSink(path) as sink:
        sink.write(FRAME, FACES)
        assert path.read_text() == "older"
    assert path.read_text().startswith("x_min")


def test_untracked_faces_and_images_have_empty_cells(tmp_path: Path):
    image = Frame(FRAME.image, 0, None, "a.jpg")
    with CsvSink(tmp_path / "faces.csv") as sink:
        sink.write(image, Detections(FACES.xyxy, FACES.confidence, FACES.state_scores))
    row = next(csv.DictReader((tmp_path / "faces.csv").read_text().splitlines()))
    assert row["tracker_id"] == ""
    assert row["time_s"] == ""


def test_jsonl_lines_can_be_read_while_the_run_goes_on(tmp_path: Path):
    path = tmp_path / "faces.jsonl"
    with JsonlSink(path) as sink:
        sink.write(FRAME, FACES)
        sink.write(Frame(FRAME.image, 0, None, "ü.jpg"), Detections.empty())
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert lines[0]["source"] == 'a "b", c.mp4'
    assert lines[0]["frame"] == 7
    assert lines[0]["time_s"] == pytest.approx(7 / 30, abs=1e-6)
    assert (lines[0]["width"], lines[0]["height"]) == (200, 100)
    assert lines[0]["detections"][0] == {
        "xyxy": [10.5, 20.0, 50.0, 60.25],
        "class": "worn_incorrectly",
        "confidence": 0.9,
        "state_confidence": 0.5,
        "state_scores": [0.25, 0.5, 0.25],
        "ambiguous": False,
        "tracker_id": 4,
    }
    assert lines[1] == {"source": "ü.jpg", "frame": 0, "time_s": None, "width": 200, "height": 100, "detections": []}


@pytest.mark.parametrize("make", [CsvSink, JsonlSink])
def test_a_dash_means_standard_output(make, capsys: pytest.CaptureFixture[str]):
    with make("-") as sink:
        sink.write(FRAME, FACES)
    out = capsys.readouterr().out
    assert 'a ""b"", c.mp4' in out or r"a \"b\", c.mp4" in out
    assert not Path("-").exists()


def test_a_file_name_that_is_no_unicode_is_kept_readable(tmp_path: Path):
    frame = Frame(FRAME.image, 0, None, os.fsdecode(b"\xff.jpg"))
    with JsonlSink(tmp_path / "faces.jsonl") as lines, CsvSink(tmp_path / "faces.csv") as table:
        lines.write(frame, FACES)
        table.write(frame, FACES)
    assert os.fsencode(json.loads((tmp_path / "faces.jsonl").read_bytes())["source"]) == b"\xff.jpg"
    assert r"\udcff.jpg" in (tmp_path / "faces.csv").read_text(encoding="utf-8")


def test_standard_output_that_knows_no_umlauts(monkeypatch: pytest.MonkeyPatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    with JsonlSink("-") as sink:
        sink.write(Frame(FRAME.image, 0, None, "ü.jpg"), FACES)
    assert json.loads(raw.getvalue().decode("ascii").replace(r"\xfc", "u"))["source"] == "u.jpg"


def test_coco_is_read_back(tmp_path: Path):
    (tmp_path / "in").mkdir()
    photo = tmp_path / "in" / "a.jpg"
    photo.touch()
    path = tmp_path / "out" / "faces.json"
    with CocoSink(path) as sink:
        sink.write(Frame(FRAME.image, 0, None, str(photo)), FACES)
        sink.write(Frame(FRAME.image, 0, None, "gone.jpg"), Detections.empty())
        sink.write(FRAME, FACES[:1])
    images = read_coco(path).images
    assert [len(image.xyxy) for image in images] == [2, 0, 1]
    assert images[0].path.resolve() == photo.resolve()
    assert np.allclose(images[0].xyxy, FACES.xyxy, atol=0.01)
    assert images[0].class_id.tolist() == [1, 2]
    assert images[2].path.name == 'a "b", c.mp4#7'
    content = json.loads(path.read_text())
    assert [a["score"] for a in content["annotations"]] == [0.45, 0.64, 0.45]
    assert [a["id"] for a in content["annotations"]] == [1, 2, 3]


def test_coco_is_read_by_the_reference_reader(tmp_path: Path):
    faster_coco_eval = pytest.importorskip("faster_coco_eval", reason="needs the extra 'test'")
    path = tmp_path / "faces.json"
    with CocoSink(path) as sink:
        sink.write(FRAME, FACES)
    coco = faster_coco_eval.COCO(str(path))
    assert len(coco.getAnnIds()) == 2
    assert [coco.cats[i]["name"] for i in coco.getCatIds()] == ["with_mask", "worn_incorrectly", "without_mask"]
    results = coco.loadRes(
        [{k: a[k] for k in ("image_id", "category_id", "bbox", "score")} for a in coco.anns.values()]
    )
    assert len(results.anns) == 2


def test_a_face_without_area_leaves_the_coco_file_valid(tmp_path: Path):
    path = tmp_path / "faces.json"
    flat = Detections(np.array([[5, 5, 5, 9]], np.float32), np.ones(1, np.float32), np.eye(3, dtype=np.float32)[:1])
    with CocoSink(path) as sink:
        sink.write(FRAME, flat)
    assert len(read_coco(path).images[0].xyxy) == 1


def test_yolo_files(tmp_path: Path):
    with YoloSink(tmp_path) as sink:
        sink.write(Frame(FRAME.image, 0, None, "x/a.jpg"), FACES)
        sink.write(FRAME, FACES)
        sink.write(Frame(FRAME.image, 0, None, "nobody.png"), Detections.empty())
    names = sorted(path.name for path in (tmp_path / "labels").iterdir())
    assert names == ["a _b_, c_000007.txt", "a.txt", "nobody.txt"]
    rows = [line.split() for line in (tmp_path / "labels" / "a.txt").read_text().splitlines()]
    assert [row[0] for row in rows] == ["1", "2"]
    assert [float(v) for v in rows[0][1:]] == pytest.approx([0.15125, 0.40125, 0.1975, 0.4025, 0.9])
    assert (tmp_path / "labels" / "nobody.txt").read_text() == ""
    assert (tmp_path / "classes.txt").read_text() == "with_mask\nworn_incorrectly\nwithout_mask\n"
    assert "  1: worn_incorrectly\n" in (tmp_path / "data.yaml").read_text()
    assert sink.notes == []


def test_yolo_labels_without_the_name_of_their_image_are_reported(tmp_path: Path):
    with YoloSink(tmp_path) as sink:
        for name in ("x/a.jpg", "y/a.png", "z/a.png", "b:c.png"):
            sink.write(Frame(FRAME.image, 0, None, name), FACES)
    names = sorted(path.name for path in (tmp_path / "labels").iterdir())
    assert names == ["a-2.txt", "a-3.txt", "a.txt", "b_c.txt"]
    (note,) = sink.notes
    assert note.startswith("label files without the name of their image, because it is taken or not allowed: 3, ")
    assert f"the first is {tmp_path / 'labels' / 'a-2.txt'} of y/a.png; " in note


@pytest.mark.parametrize("name", ["data.yaml", "classes.txt", "labels/a.txt"])
def test_yolo_labels_that_are_there_are_never_touched(name: str, tmp_path: Path):
    matched = write(tmp_path / name, "names: [mine]\n")
    with pytest.raises(UsageError, match=rf"{name}: exists.*; give --yolo a new folder"):
        YoloSink(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [matched]
    assert matched.read_text() == "names: [mine]\n"


def test_yolo_lists_that_say_the_same_are_left_alone(tmp_path: Path):
    for _ in range(2):
        with YoloSink(tmp_path):
            pass
        (tmp_path / "data.yaml").chmod(0o444)
    with YoloSink(tmp_path) as sink:
        sink.write(FRAME, FACES)
    with pytest.raises(UsageError, match="labels are never overwritten"):
        YoloSink(tmp_path)


def test_yolo_boxes_end_at_the_border(tmp_path: Path):
    over = Detections(
        np.array([[-50, -50, 50, 50]], np.float32), np.ones(1, np.float32), np.eye(3, dtype=np.float32)[:1]
    )
    with YoloSink(tmp_path) as sink:
        sink.write(Frame(FRAME.image, 0, None, "a.jpg"), over)
    assert (tmp_path / "labels" / "a.txt").read_text() == "0 0.125000 0.250000 0.250000 0.500000 1.0000\n"


def test_a_folder_in_the_place_of_the_file(tmp_path: Path):
    with pytest.raises(SinkError, match="is a folder"), CsvSink(tmp_path):
        pass


_FILL_A_SMALL_DISK = """
import resource, sys
import numpy as np
from pathlib import Path
from maskwatch.detections import Detections
from maskwatch.errors import SinkError, UsageError
from maskwatch.frames import Frame
from maskwatch.sinks.{module} import {sink}
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
frame = Frame(np.zeros((9, 9, 3), np.uint8), 0, 0.0, "camera")
faces = Detections(np.ones((3, 4), np.float32) * [0, 0, 5, 5], np.ones(3, np.float32), np.eye(3, dtype=np.float32))
try:
    with {sink}(sys.argv[1]) as sink:
        for _ in range(1000):
            sink.write(frame, faces)
except SinkError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes, which Windows has not")
@pytest.mark.parametrize(("module", "sink"), [("csv_table", "CsvSink"), ("jsonl", "JsonlSink"), ("coco", "CocoSink")])
def test_a_full_disk_leaves_whole_rows(module: str, sink: str, tmp_path: Path):
    path = tmp_path / "faces"
    code = _FILL_A_SMALL_DISK.format(module=module, sink=sink)
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert str(path) in done.stdout
    assert done.stdout.count("\n") == 1
    if sink == "CocoSink":
        assert list(tmp_path.iterdir()) == []
        return
    assert [p.name for p in tmp_path.iterdir()] == ["faces"]
    text = path.read_text()
    assert 15_000 < len(text) <= 20_000
    assert text.endswith("\n")
    if sink == "JsonlSink":
        assert all(len(json.loads(line)["detections"]) == 3 for line in text.splitlines())
    else:
        assert {len(row) for row in csv.reader(text.splitlines())} == {len(COLUMNS)}


def test_writing_outside_the_block_is_a_mistake_of_the_program(tmp_path: Path):
    with pytest.raises(ValueError, match="with block"):
        TextOutput(tmp_path / "a.txt", at_once=True).write("a\n")
