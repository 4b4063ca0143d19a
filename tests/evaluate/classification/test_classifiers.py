from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from maskwatch.errors import ModelError
from maskwatch.evaluate.classification.classifiers import KerasClassifier, load_classifier

pytestmark = pytest.mark.skipif(
    find_spec("keras") is None, reason="reading .keras files needs the extra: pip install 'maskwatch[train]'"
)


def network(outputs: int = 2, activation: str = "softmax", shape: tuple[int | None, ...] = (8, 8, 3)) -> object:
    import keras

    inputs = keras.Input(shape)
    x = keras.layers.GlobalAveragePooling2D()(inputs)
    return keras.Model(inputs, keras.layers.Dense(outputs, activation=activation)(x))


def test_a_foreign_network_with_two_outputs(tmp_path: Path) -> None:
    network().save(tmp_path / "m.keras")
    classifier = load_classifier(tmp_path / "m.keras")
    assert [state.name for state in classifier.classes] == ["with_mask", "without_mask"]
    assert classifier.size == 8
    assert classifier.calibration is None
    assert classifier.probabilities(np.zeros((3, 8, 8, 3), np.uint8)).shape == (3, 2)


@pytest.mark.parametrize(
    ("outputs", "activation", "shape", "message"),
    [
        (4, "softmax", (8, 8, 3), "2 or 3 states"),
        (1, "sigmoid", (8, 8, 3), "2 or 3 states"),
        (2, "softmax", (8, 8, 1), "square RGB"),
        (2, "softmax", (None, None, 3), "square RGB"),
    ],
)
def test_networks_that_do_not_fit(outputs: int, activation: str, shape: tuple[int | None, ...], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        KerasClassifier(network(outputs, activation, shape), "m")


def test_outputs_that_are_no_probabilities() -> None:
    with pytest.raises(ModelError, match="softmax"):
        KerasClassifier(network(2, "relu"), "m").probabilities(np.full((1, 8, 8, 3), 200, np.uint8))


def test_lambda_layers_are_refused(tmp_path: Path) -> None:
    import keras

    inputs = keras.Input((8, 8, 3))
    x = keras.layers.Lambda(lambda t: t / 255)(inputs)
    x = keras.layers.Dense(2, activation="softmax")(keras.layers.GlobalAveragePooling2D()(x))
    keras.Model(inputs, x).save(tmp_path / "m.keras")
    with pytest.raises(ModelError, match="Lambda layer"):
        load_classifier(tmp_path / "m.keras")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("m.h5", "not a .keras or .onnx"),
        ("m.pkl", "not a .keras or .onnx"),
        ("m.keras", "cannot be read"),
        ("m.onnx", "ONNX Runtime"),
    ],
)
def test_other_and_damaged_files(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04 half a file")
    with pytest.raises(ModelError, match=message):
        load_classifier(tmp_path / name)


@pytest.mark.parametrize("name", ["absent.keras", "absent.onnx"])
def test_absent_files(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such"):
        load_classifier(tmp_path / name)
