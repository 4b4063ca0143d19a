"""Run folders from before the release of 0.1.0, whose settings had other names, still open."""

from __future__ import annotations

import json
from pathlib import Path

from maskwatch.train.classifier import ClassifierOptions
from maskwatch.train.options import DetectorOptions, Stage, read_plan
from maskwatch.train.run_folder import opened_run

DETECTOR = """{
 "data": ["a.json", "b"],
 "name": "old",
 "start": "default",
 "network": "base",
 "stages": [
  {"epochs": 4, "steps": 300, "batch": 8, "size": 448, "learning_rate": 0.001, "whole": 0.0, "home": 0.6},
  {"epochs": 14, "steps": 250, "batch": 6, "size": 640, "learning_rate": 0.0008, "whole": 0.5, "home": 0.75}
 ],
 "imgsz": 896,
 "far": 1280,
 "near": 320,
 "seed": 3,
 "workers": 2,
 "val_every": 5,
 "labels": "labels.csv",
 "environment": {"python": "3.12.3", "maskwatch": "0.1.0"}
}
"""
CLASSIFIER = """{
 "data": ["faces"],
 "name": "old",
 "arch": "face",
 "weights": "default",
 "size": 0,
 "epochs": 10,
 "head_epochs": 20,
 "batch": 64,
 "learning_rate": 0.0007,
 "optimizer": "adamw",
 "schedule": "cosine",
 "patience": 6,
 "balance": "none",
 "augment": true,
 "occluded": 0.2,
 "naive": false,
 "margin": 0.2,
 "rename": ["masked=with_mask"],
 "seed": 3,
 "environment": {"python": "3.12.3", "maskwatch": "0.1.0"}
}
"""


def write_config(runs: Path, task: str, text: str) -> None:
    folder = runs / task / "old"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(text)


def test_a_detector_run_is_resumed_with_its_settings(tmp_path: Path) -> None:
    write_config(tmp_path, "detector", DETECTOR)
    with opened_run("detector", DetectorOptions((), "old"), tmp_path, resume=True) as (_, settings):
        pass
    assert settings == DetectorOptions(
        data=("a.json", "b"),
        name="old",
        start="default",
        network="base",
        stages=(
            Stage(4, 300, 8, 448, 1e-3, full_image_share=0.0, clean_share=0.6),
            Stage(14, 250, 6, 640, 8e-4, full_image_share=0.5, clean_share=0.75),
        ),
        imgsz=896,
        imgsz_high=1280,
        imgsz_low=320,
        seed=3,
        workers=2,
        val_every=5,
        labels="labels.csv",
    )
    assert settings.environment == {"python": "3.12.3", "maskwatch": "0.1.0"}


def test_a_classifier_run_is_resumed_with_its_settings(tmp_path: Path) -> None:
    write_config(tmp_path, "classifier", CLASSIFIER)
    with opened_run("classifier", ClassifierOptions((), "old"), tmp_path, resume=True) as (_, settings):
        pass
    assert settings == ClassifierOptions(
        data=("faces",),
        name="old",
        arch="face",
        weights="default",
        epochs=10,
        batch=64,
        learning_rate=0.0007,
        optimizer="adamw",
        schedule="cosine",
        balance="none",
        occluded=0.2,
        margin=0.2,
        rename=("masked=with_mask",),
        seed=3,
    )
    assert json.loads(CLASSIFIER).keys() == vars(settings).keys()


def test_an_old_plan_keeps_its_second_pass_and_shares(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text("network: base\nimgsz: 832\nnear: 384\nstages:\n  - {epochs: 36, whole: 0.5, home: 0.75}\n")
    assert read_plan(str(plan)).imgsz_low == 384
    assert read_plan(str(plan)).stages == (Stage(epochs=36, full_image_share=0.5, clean_share=0.75),)
