"""``maskwatch train detector`` and ``maskwatch export``: errors, and what remains on disk after one."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image

from commands import Command

pytestmark = pytest.mark.skipif(
    find_spec("keras") is None, reason="training needs the extra: pip install 'maskwatch[train]'"
)


def one_grey_image(folder: Path, split: str) -> Path:
    """A COCO file with one image and no face."""
    Image.new("RGB", (80, 60), "grey").save(folder / "a.png")
    images = [{"id": 1, "file_name": "a.png", "width": 80, "height": 60, "split": split}]
    path = folder / "annotations.json"
    path.write_text(json.dumps({"images": images, "annotations": [], "categories": []}))
    return path


def test_a_run_that_cannot_start_leaves_its_name_free(maskwatch: Command, tmp_path: Path) -> None:
    data = one_grey_image(tmp_path, "test")
    for _ in range(2):
        done = maskwatch("train", "detector", data, "--name", "first", "--runs", tmp_path / "runs")
        assert done.status == 1
        assert "no labelled face in a 'train' split" in done.err
    assert not (tmp_path / "runs" / "detector" / "first").exists()


def test_nothing_to_resume(maskwatch: Command, tmp_path: Path) -> None:
    done = maskwatch("train", "detector", "x.json", "--name", "none", "--runs", tmp_path, "--resume")
    assert done.status == 2
    assert "start a new run without --resume" in done.err


@pytest.mark.parametrize(
    ("options", "what"),
    [(("--size", "100"), "multiple of 32"), (("--epochs", "0"), "--epochs"), (("--lr", "5"), "--lr")],
)
def test_settings_out_of_range_are_wrong_usage(
    maskwatch: Command, tmp_path: Path, options: tuple[str, str], what: str
) -> None:
    done = maskwatch("train", "detector", "x.json", "--name", "a", "--runs", tmp_path, *options)
    assert done.status == 2
    assert what in done.err
    assert not list(tmp_path.iterdir())


def test_exporting_a_file_that_is_no_network(maskwatch: Command, tmp_path: Path) -> None:
    (tmp_path / "broken.keras").write_bytes(b"no network")
    data = one_grey_image(tmp_path, "val")
    done = maskwatch("export", tmp_path / "broken.keras", tmp_path / "out.onnx", "--data", data)
    assert done.status == 1
    assert "broken.keras: not a Keras model" in done.err
    assert not (tmp_path / "out.onnx").exists()
