"""Comparison of run folders, also of those that earlier versions wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from maskwatch.errors import UsageError
from maskwatch.evaluate.classification.compare import compare_runs


def run_folder(path: Path, images: str, key: str = "evaluated_images", **fields: Any) -> Path:
    accuracy = {"hits": 9, "total": 10, "value": 0.9, "low": 0.6, "high": 0.98}
    report = {
        "arch": "cnn",
        "size": 96,
        "start": "imagenet",
        "split_method": "split by duplicate group",
        "split": "test",
    }
    report |= {"accuracy": accuracy, "loss": 0.2, "reliability": {"ece": [0.1, 0.05]}, key: images}
    report |= {"cost": {"seconds": 60, "parameters": 1000, "onnx_bytes": 4000, "cpu_ms": 1.5}}
    path.mkdir()
    (path / "report.json").write_text(json.dumps(report | fields))
    return path


@pytest.mark.parametrize("key", ["evaluated_images", "judged_images", "judged_pictures"])
def test_runs_on_the_same_images_are_ranked(tmp_path: Path, key: str) -> None:
    better = {"accuracy": {"hits": 10, "total": 10, "value": 1.0, "low": 0.7, "high": 1.0}}
    runs = [run_folder(tmp_path / "a", "0a1b"), run_folder(tmp_path / "b", "0a1b", key, **better)]
    comparison = compare_runs(runs)
    assert [run.run for run in comparison.runs] == ["b", "a"]
    assert comparison.remarks == []


def test_runs_on_other_images_or_naive_splits_get_a_remark(tmp_path: Path) -> None:
    naive = {"split_method": "naive random split (duplicates not kept together)", "start": "none"}
    comparison = compare_runs([run_folder(tmp_path / "a", "0a1b"), run_folder(tmp_path / "b", "ffff", **naive)])
    words = ("not evaluated on the same images", "random weights", "naive splits")
    assert len(comparison.remarks) == len(words)
    assert all(word in remark for word, remark in zip(words, comparison.remarks, strict=True))


def test_folders_that_are_no_runs(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        compare_runs([tmp_path])
    (tmp_path / "report.json").write_text("{}")
    with pytest.raises(UsageError, match="train the classifier again"):
        compare_runs([tmp_path])
