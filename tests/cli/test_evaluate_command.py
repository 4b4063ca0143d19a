from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from maskwatch.cli import OK, SOME_FAILED, WRONG_USAGE, main

QUICK = ["--imgsz", "64", "--threads", "1", "--resamples", "5"]


@pytest.fixture
def labelled_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "images").mkdir(parents=True)
    rng = np.random.default_rng(0)
    for name in ("a.png", "b.png"):
        Image.fromarray(rng.integers(0, 255, (48, 64, 3), dtype=np.uint8)).save(folder / "images" / name)
    names = ("with_mask", "worn_incorrectly", "without_mask")
    annotations = {
        "images": [
            {"id": 0, "file_name": "a.png", "width": 64, "height": 48, "split": "val"},
            {"id": 1, "file_name": "b.png", "width": 64, "height": 48, "split": "test"},
        ],
        "annotations": [{"id": 1, "image_id": 0, "category_id": 0, "bbox": [4, 4, 40, 40]}],
        "categories": [{"id": i, "name": name} for i, name in enumerate(names)],
    }
    (folder / "annotations.json").write_text(json.dumps(annotations))
    return folder


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["maskwatch", "evaluate", "detector", *map(str, arguments)])
    with pytest.raises(SystemExit) as status:
        main()
    return int(status.value.code or OK)


def test_json_contains_the_report_and_the_folder_the_curves(
    labelled_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    arguments = ("small", labelled_folder, "--json", "--coco", "--out", out, *QUICK)
    assert run(monkeypatch, *arguments) == OK
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((out / "report.json").read_text())
    assert (printed["model"], printed["imgsz"], printed["split"]) == ("small", 64, "val")
    assert printed["box_policies"][0]["images"] == 1
    assert printed["box_policies"][0]["size_ranges"][0]["tasks"]["face"]["faces"] == 1
    assert set(printed["coco"]) == {"mean", "states"}
    assert (out / "precision_recall.png").is_file()

    assert run(monkeypatch, *arguments) == WRONG_USAGE
    assert "not empty" in capsys.readouterr().err


def test_tables_are_printed(
    labelled_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "small", labelled_folder, "--split", "all", *QUICK) == OK
    text = capsys.readouterr().out
    assert "2 images, 1 faces; boxes match from IoU 0.5" in text
    assert "64-128 px" in text


def test_labels_are_corrected_before_the_evaluation(
    labelled_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = tmp_path / "labels.csv"
    header = "image,x_min,y_min,x_max,y_max,was,now,why\n"
    labels.write_text(header + "a.png,4,4,44,44,with_mask,without_mask,no mask\n")
    assert run(monkeypatch, "small", labelled_folder, "--json", "--labels", labels, *QUICK) == OK
    printed = json.loads(capsys.readouterr().out)
    tasks = printed["box_policies"][0]["size_ranges"][0]["tasks"]
    assert (tasks["with_mask"]["faces"], tasks["without_mask"]["faces"]) == (0, 1)
    assert printed["labels"] == str(labels)


@pytest.mark.parametrize(
    ("model", "options", "status", "message"),
    [
        ("small", ["--split", "holiday"], SOME_FAILED, "no split called 'holiday'; it has val (1), test (1)"),
        ("small", ["--at", "7"], WRONG_USAGE, "at_confidence is 7"),
        ("nobody", [], SOME_FAILED, "nobody"),
    ],
)
def test_errors_are_one_line(
    labelled_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    model: str,
    options: list[str],
    status: int,
    message: str,
) -> None:
    assert run(monkeypatch, model, labelled_folder, *options) == status
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_slices_reach_the_screen_the_json_and_the_folder(
    labelled_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run(monkeypatch, "small", labelled_folder, "--slices", "--out", out, *QUICK) == OK
    printed = capsys.readouterr().out
    assert "drawn occluder" in printed
    assert "rotation: 30 degrees" in printed
    content = json.loads((out / "report.json").read_text())
    assert {item["kind"] for item in content["slices"]["images"]} >= {"as stored", "blur", "light", "JPEG"}
    assert (out / "slices.csv").read_text().startswith("kind,slice,metric,hits,total,value,low,high")
