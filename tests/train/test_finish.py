from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("keras", reason="exporting needs the extra: pip install 'maskwatch[train]'")

from maskwatch.data.dataset import Dataset
from maskwatch.demo import demo_images
from maskwatch.detect.devices import RuntimeOptions
from maskwatch.detect.session import OnnxSession
from maskwatch.errors import ModelError
from maskwatch.train.finish import AP50_ON_VAL, export_keras, read_card_fields
from maskwatch.train.start import starting_network
from maskwatch.weights import find_model


@pytest.fixture
def portraits(tmp_path: Path) -> Dataset:
    """The demo images as a labelled data set on disk."""
    import numpy as np
    from PIL import Image

    from maskwatch.data.dataset import LabelledImage

    images = []
    for example in demo_images():
        path = tmp_path / f"{example.name}.png"
        Image.fromarray(example.image).save(path)
        height, width = example.image.shape[:2]
        states = np.array(example.states, np.int64)
        images.append(LabelledImage(path, width, height, example.xyxy, states, split="val"))
    return Dataset(images, "portraits")


def test_the_exported_file_is_calibrated_evaluated_and_credited(tmp_path: Path, portraits: Dataset) -> None:
    target = tmp_path / "again.onnx"
    exported = export_keras(find_model("small", ".keras"), target, portraits, {"imgsz": 320})
    card = OnnxSession(target, RuntimeOptions(threads=1)).card
    assert card == exported.card
    assert card.name == "again"
    assert card.imgsz == 320
    assert any("Ultra-Light" in credit for credit in card.credits)
    assert card.metrics[AP50_ON_VAL]["face"] > 80
    assert exported.check.face_scores < 1e-4


@pytest.mark.parametrize(
    ("text", "what"), [("[1]", "not a JSON object"), ("{", "not a JSON object"), ('{"colour": 1}', "no field 'colour'")]
)
def test_bad_card_fields(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "card.json"
    path.write_text(text)
    with pytest.raises(ModelError, match=what):
        read_card_fields(path)


def test_card_fields_become_the_types_of_the_card(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    path.write_text(json.dumps({"name": "x", "credits": ["a", "b"]}))
    assert read_card_fields(path) == {"name": "x", "credits": ("a", "b")}


@pytest.mark.parametrize(("name", "multiple"), [("nano", 16), ("base", 32)])
def test_every_size_of_the_family_is_exported_as_it_is(
    tmp_path: Path, portraits: Dataset, name: str, multiple: int
) -> None:
    network = starting_network("small", name)
    network.save(tmp_path / f"{name}.keras")
    exported = export_keras(tmp_path / f"{name}.keras", tmp_path / f"{name}.onnx", portraits, {"imgsz": 320})
    assert exported.card.multiple == multiple
    assert exported.card.parameters == network.count_params()
    assert exported.check.face_scores < 1e-4


def test_other_networks_are_refused(tmp_path: Path, portraits: Dataset) -> None:
    import keras

    inputs = keras.Input((None, None, 3))
    rows = keras.layers.Reshape((-1, 8))(keras.layers.Conv2D(8, 1)(inputs))
    keras.Model(inputs, rows).save(tmp_path / "other.keras")
    with pytest.raises(ModelError, match="none of the networks nano, small, base"):
        export_keras(tmp_path / "other.keras", tmp_path / "other.onnx", portraits, {})
