from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotation_files import write, write_json
from commands import Command
from maskwatch.cli import OK, SOME_FAILED, WRONG_USAGE
from maskwatch.data import read_dataset
from maskwatch.data.formats import FORMATS
from maskwatch.data.formats.folders import read_folders
from photos import photo, save


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    for number in range(8):
        save(photo(number), tmp_path / "faces" / ("with_mask" if number % 2 else "respirator_off") / f"{number}.jpg")
    save(photo(1), tmp_path / "faces" / "with_mask" / "poor.jpg", quality=40)
    return tmp_path / "faces"


@pytest.fixture
def coco(tmp_path: Path) -> Path:
    """Two images with a face each, and one that is missing."""
    images = [{"id": n, "file_name": f"{n}.jpg", "width": 120, "height": 150} for n in range(3)]
    for n in range(2):
        save(photo(n), tmp_path / "set" / f"{n}.jpg")
    annotations = [{"id": n, "image_id": n, "category_id": n % 2, "bbox": [10, 10, 50, 60]} for n in range(3)]
    categories = [{"id": 0, "name": "mask"}, {"id": 1, "name": "no mask"}]
    content = {"images": images, "annotations": annotations, "categories": categories}
    return write_json(tmp_path / "set" / "annotations.json", content).parent


MAP = ("--map", "respirator_off=without_mask")


def test_audit_prints_the_leak_last_and_writes_the_report(maskwatch: Command, faces: Path, tmp_path: Path) -> None:
    done = maskwatch("data", "audit", faces, *MAP, "--out", tmp_path / "report")
    assert done.status == OK
    *_, leak, written = done.out.splitlines()
    assert leak.startswith("Random 80/20 split: ")
    assert written == f"written to {tmp_path / 'report'}: report.html, report.json"
    assert maskwatch("data", "audit", faces, *MAP, "--out", tmp_path / "report").status == WRONG_USAGE


def test_audit_json_alone_is_on_stdout(maskwatch: Command, faces: Path) -> None:
    write(faces / "with_mask" / "bad.jpg", "no image")
    done = maskwatch("data", "audit", faces, *MAP, "--json")
    content = json.loads(done.out)
    assert (content["images"], content["readable"]) == (10, 9)
    assert content["copies"]["near"]["groups"] == 1
    assert done.status == SOME_FAILED
    assert [line for line in done.error_lines if "bad.jpg" in line] == content["problems"]


def test_an_unknown_class_is_one_line(maskwatch: Command, faces: Path) -> None:
    done = maskwatch("data", "audit", faces)
    assert done.status == SOME_FAILED
    assert len(done.error_lines) == 1
    assert "--map 'respirator_off=STATE'" in done.err


def test_split(maskwatch: Command, faces: Path, tmp_path: Path) -> None:
    done = maskwatch("data", "split", faces, *MAP, "--out", tmp_path / "out", "--val", "0", "--test", "0.4")
    assert done.status == OK
    assert "split by duplicate group, seed 0, 1 groups of duplicates" in done.out
    assert "near-duplicate in another split: 0 (0 with altered copies)" in done.out
    assert "Pixel check: 0 pairs" in done.out
    assert set(read_folders(tmp_path / "out").splits) == {"train", "test"}
    naive = maskwatch("data", "split", faces, *MAP, "--out", tmp_path / "naive", "--naive", "--json")
    assert json.loads(naive.out)["method"].startswith("naive")


def test_convert_goes_on_without_the_missing_image(maskwatch: Command, coco: Path, tmp_path: Path) -> None:
    done = maskwatch("data", "convert", coco, "--to", "yolo", "--out", tmp_path / "out")
    assert done.status == SOME_FAILED
    assert done.out.splitlines()[0] == f"written to {tmp_path / 'out'}: 2 images, 2 boxes (train 2) as yolo"
    assert done.error_lines == [f"{coco / '2.jpg'}: the image is missing; add it or remove its annotation"]
    assert read_dataset(tmp_path / "out").counts() == {"with_mask": 1, "worn_incorrectly": 0, "without_mask": 1}
    assert maskwatch("data", "convert", coco, "--to", "pdf", "--out", tmp_path / "x").status == WRONG_USAGE


def test_convert_and_audit_accept_a_format_from_elsewhere(
    maskwatch: Command, coco: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FORMATS, "csv", "csv_format:FORMAT")
    done = maskwatch("data", "convert", coco, "--to", "csv", "--out", tmp_path / "csv", "--json")
    assert (json.loads(done.out)["format"], json.loads(done.out)["images"]) == ("csv", 2)
    assert maskwatch("data", "audit", tmp_path / "csv").status == OK


def test_convert_writes_corrected_labels(maskwatch: Command, coco: Path, tmp_path: Path) -> None:
    header = "image,x_min,y_min,x_max,y_max,was,now,why\n"
    labels = write(tmp_path / "labels.csv", header + "0.jpg,10,10,60,70,with_mask,worn_incorrectly,nose out\n")
    target = tmp_path / "new.json"
    done = maskwatch("data", "convert", coco, "--to", "coco", "--out", target, "--labels", labels)
    assert f"written to {target}: 2 images, 2 boxes" in done.out
    assert read_dataset(target).counts() == {"with_mask": 0, "worn_incorrectly": 1, "without_mask": 1}
    again = maskwatch("data", "convert", target, "--to", "coco", "--out", tmp_path / "twice.json", "--labels", labels)
    assert again.status == SOME_FAILED
    assert "labels.csv, line 2: 0.jpg should have a box labelled with_mask" in again.error_lines[-1]
    assert not (tmp_path / "twice.json").exists()


def test_crop(maskwatch: Command, coco: Path, tmp_path: Path) -> None:
    done = maskwatch("data", "crop", coco, "--out", tmp_path / "out", "--margin", "0", "--json")
    content = json.loads(done.out)
    assert content["written"] == {"train": {"with_mask": 1, "without_mask": 1}}
    assert content["problems"] == done.error_lines
    assert done.status == SOME_FAILED
    assert len(read_folders(tmp_path / "out")) == 2
    assert maskwatch("data", "crop", coco, "--out", tmp_path / "far", "--margin", "9").status == WRONG_USAGE


def test_nothing_there(maskwatch: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for verb in (("audit",), ("split", "--out", tmp_path / "o"), ("crop", "--out", tmp_path / "o")):
        done = maskwatch("data", verb[0], tmp_path / "empty", *verb[1:])
        assert done.status == SOME_FAILED
        assert len(done.error_lines) == 1
    assert not (tmp_path / "o").exists()
