from __future__ import annotations

import json
from pathlib import Path

import pytest

from maskwatch.data import read_dataset
from maskwatch.errors import DataError
from maskwatch.train.fit import train_detector
from maskwatch.train.options import DetectorOptions
from maskwatch.train.run_folder import RunFolder, TrainingProgress


def fail(progress: TrainingProgress) -> None:
    raise AssertionError(f"training began: {progress}")


def test_training_uses_the_corrected_labels(toy_coco: Path, tmp_path: Path) -> None:
    names = [image.path.name for image in read_dataset(toy_coco) if image.split == "train"]
    labels = tmp_path / "labels.csv"
    lines = ["image,x_min,y_min,x_max,y_max,was,now,why", *(f"{name},,,,,image,,damaged" for name in names)]
    labels.write_text("\n".join(lines))
    options = DetectorOptions(data=(str(toy_coco),), labels=str(labels))
    folder = RunFolder.create(tmp_path / "runs", "detector", "toy")
    with pytest.raises(DataError, match="no labelled face in a 'train' split"):
        train_detector(options, folder, on_progress=fail)


def test_the_file_of_label_corrections_is_saved_with_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    DetectorOptions(data=("a.json",), labels="labels.csv").save(path)
    assert DetectorOptions.load(path).labels == "labels.csv"
    content = json.loads(path.read_text())
    del content["labels"]
    path.write_text(json.dumps(content))
    assert DetectorOptions.load(path).labels == "", "settings from before label corrections open"
