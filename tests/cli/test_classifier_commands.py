"""Training, evaluation and comparison of a classifier on the command line."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from commands import Command
from maskwatch.cli import OK, SOME_FAILED, WRONG_USAGE

pytestmark = pytest.mark.skipif(
    find_spec("keras") is None, reason="training needs the extra: pip install 'maskwatch[train]'"
)


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    for split, count in (("train", 8), ("val", 3), ("test", 3)):
        for name, level in (("with_mask", 70), ("without_mask", 180)):
            folder = tmp_path / "faces" / split / name
            folder.mkdir(parents=True)
            for i in range(count):
                pixels = np.clip(rng.normal(level, 20, (20, 20, 3)), 0, 255).astype(np.uint8)
                Image.fromarray(pixels).save(folder / f"{i}.png")
    return tmp_path / "faces"


def test_train_evaluate_compare(faces: Path, tmp_path: Path, maskwatch: Command) -> None:
    settings = ("--arch", "cnn20", "--epochs", 1, "--batch", 8, "--runs", tmp_path / "runs")
    trained = maskwatch("train", "classifier", faces, "--name", "a", *map(str, settings))
    assert trained.status == OK, trained.err
    assert "accuracy" in trained.out
    run = tmp_path / "runs" / "classifier" / "a"

    evaluated = maskwatch("evaluate", "classifier", run / "model.onnx", faces, "--json", "--out", tmp_path / "report")
    assert evaluated.status == OK, evaluated.err
    report = json.loads(evaluated.out)
    assert report["confusion"] == json.loads((run / "report.json").read_text())["confusion"]
    assert (tmp_path / "report" / "mistakes.png").is_file()

    (faces / "test" / "with_mask" / "broken.jpg").write_text("no image")
    partly = maskwatch("evaluate", "classifier", run / "model.onnx", faces)
    assert partly.status == SOME_FAILED
    assert "broken.jpg" in partly.err

    compared = maskwatch("compare", run)
    assert compared.status == OK
    assert "random" in compared.out
    plotted = maskwatch("compare", run, "--json", "--plot", tmp_path / "plot.png")
    assert json.loads(plotted.out)["runs"][0]["run"] == "a"
    with Image.open(tmp_path / "plot.png") as plot:
        assert plot.width > 500
    nowhere = maskwatch("compare", run, "--plot", run / "report.json" / "plot.png")
    assert nowhere.status == SOME_FAILED
    assert len(nowhere.error_lines) == 1


def test_wrong_usage_is_one_line(faces: Path, tmp_path: Path, maskwatch: Command) -> None:
    for arguments in (
        ("train", "classifier", faces, "--name", "a", "--arch", "alexnet", "--runs", tmp_path / "runs"),
        ("compare", tmp_path),
    ):
        outcome = maskwatch(*arguments)
        assert outcome.status == WRONG_USAGE
        assert len(outcome.error_lines) == 1
    assert not (tmp_path / "runs" / "classifier" / "a").exists()
