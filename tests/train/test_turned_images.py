"""Training and validation apply the EXIF orientation if the boxes were drawn on the upright image."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from maskwatch.data import Dataset, LabelledImage
from maskwatch.detect.card import ModelCard
from maskwatch.errors import DataError
from maskwatch.frames import Image
from maskwatch.train.augment.crop import AugmentOptions, Example
from maskwatch.train.finish import network_inputs
from maskwatch.train.fit import train_detector
from maskwatch.train.loader import DetectionLoader, LoaderOptions
from maskwatch.train.options import DetectorOptions
from maskwatch.train.run_folder import RunFolder
from maskwatch.train.validation import detect_all
from photos import photo, save_turned

UPRIGHT = photo(0, 64, 64)
CARD = ModelCard(name="toy", version="0", imgsz=64, multiple=32)


@pytest.fixture
def turned(tmp_path: Path) -> Dataset:
    return Dataset([LabelledImage(save_turned(UPRIGHT, tmp_path / "a.png", 4), 64, 64, upright=True)], "turned")


def test_in_training(turned: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Example] = []
    monkeypatch.setattr("maskwatch.train.loader.training_sample", lambda examples, *_: seen.extend(examples))
    DetectionLoader(turned, LoaderOptions(), AugmentOptions()).sample(np.random.default_rng(0))
    assert all(np.array_equal(image, UPRIGHT) for image, _ in seen)
    assert seen


def test_between_epochs(turned: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Image] = []
    monkeypatch.setattr("maskwatch.train.validation.NetworkSession", lambda *_: None)
    monkeypatch.setattr("maskwatch.train.validation.SingleShotDetector", lambda *_, **__: seen.append)
    detect_all(None, turned, CARD)
    assert np.array_equal(seen, [UPRIGHT])


def test_when_the_export_is_checked(turned: Dataset) -> None:
    assert np.array_equal(network_inputs(turned, CARD, 1), [UPRIGHT])


def test_wrong_sizes_are_reported_before_training(toy_coco: Path, tmp_path: Path) -> None:
    content = json.loads(toy_coco.read_text())
    content["images"][-1]["height"] = 200
    toy_coco.write_text(json.dumps(content))
    folder = RunFolder.create(tmp_path, "detector", "a")
    with pytest.raises(DataError, match="200 x 160 pixels, but its annotation says 200 x 200"):
        train_detector(DetectorOptions((str(toy_coco),)), folder, on_progress=lambda _: pytest.fail("training began"))
