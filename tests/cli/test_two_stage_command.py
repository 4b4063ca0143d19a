from __future__ import annotations

import json
from pathlib import Path

import pytest

from classifier_files import write_classifier
from commands import Command, records
from maskwatch.cli import OK, SOME_FAILED, WRONG_USAGE


@pytest.fixture
def classifier(tmp_path: Path) -> Path:
    return write_classifier(tmp_path / "bright.onnx")


@pytest.mark.parametrize("name", ["haar", "maskwatch"])
def test_it_works_out_of_the_box(name: str, folder: Path, detect: Command, tmp_path: Path) -> None:
    result = detect(folder, "--detector", "two-stage", "--face-detector", name, "--jsonl", tmp_path / "a.jsonl")
    assert (result.status, result.err) == (OK, "")
    best = records(tmp_path / "a.jsonl")[0]["detections"][0]
    assert best["class"] == "without_mask"
    assert sum(best["state_scores"]) == pytest.approx(1, abs=0.01)


def test_an_own_classifier_and_face_detector(folder: Path, detect: Command, classifier: Path, tmp_path: Path) -> None:
    table = tmp_path / "a.jsonl"
    result = detect(folder, "--classifier", classifier, "--face-detector", "haar", "--conf", "0", "--jsonl", table)
    assert result.status == OK
    assert records(table)[0]["detections"]


@pytest.mark.shared
@pytest.mark.parametrize("name", ["res10", "yunet", "retinaface"])
def test_face_detectors_from_a_folder(
    name: str, folder: Path, maskwatch: Command, classifier: Path, shared: Path, tmp_path: Path
) -> None:
    options = ("--face-detector", name, "--face-detector-model", shared / "models", "--conf", "0.1")
    result = maskwatch("detect", folder, *options, "--classifier", classifier, "--jsonl", tmp_path / "a.jsonl")
    assert (result.status, result.err) == (OK, "")
    assert len(records(tmp_path / "a.jsonl")[0]["detections"]) >= 1


def test_options_that_do_not_fit_together(folder: Path, detect: Command, classifier: Path) -> None:
    wrong = {
        ("--detector", "three-stage"): "--detector three-stage is not known; take one of single-shot, two-stage",
        ("--face-detector", "dlib"): "--face-detector dlib is not known; take one of maskwatch, haar",
        ("--detector", "single-shot", "--classifier", classifier): "--classifier: for --detector two-stage only",
        ("--detector", "two-stage", "--tile"): "--tile: for --detector single-shot only",
    }
    for options, expected in wrong.items():
        result = detect(folder, *options)
        assert result.status == WRONG_USAGE
        assert len(result.error_lines) == 1
        assert expected in result.err


def test_models_that_are_not_there(
    folder: Path, detect: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKWATCH_CACHE", str(tmp_path / "cache"))
    for options, expected in {
        ("--face-detector", "yunet"): "run 'maskwatch models fetch yunet'",
        ("--classifier", "no.onnx"): "no.onnx: no such classifier",
        ("--classifier", "old.h5"): ".h5 files may run code",
        ("--face-detector", "haar", "--face-detector-model", "no.xml"): "no.xml: no such cascade",
    }.items():
        result = detect(folder, *options)
        assert result.status == SOME_FAILED
        assert len(result.error_lines) == 1
        assert expected in result.err


def test_two_stages_are_judged_like_one(folder: Path, maskwatch: Command, classifier: Path, tmp_path: Path) -> None:
    box = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [175, 73, 102, 107]}
    labels = {
        "images": [{"id": 1, "file_name": "good.png", "width": 512, "height": 512}],
        "annotations": [box],
        "categories": [{"id": 1, "name": "without_mask"}],
    }
    (folder / "labels.json").write_text(json.dumps(labels))
    options = ("--split", "all", "--face-detector", "haar", "--classifier", classifier, "--resamples", "0", "--json")
    result = maskwatch("evaluate", "detector", "two-stage", folder / "labels.json", *options)
    assert result.status == OK
    report = json.loads(result.out)
    assert report["model"] == "haar + bright"
    assert report["options"]["at_confidence"] == 0.25
