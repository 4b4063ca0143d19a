from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras", reason="networks need the extra: pip install 'maskwatch[train]'")

import keras
from keras import layers

from maskwatch.detect.card import ModelCard
from maskwatch.detect.session import OnnxSession
from maskwatch.errors import ModelError, UsageError
from maskwatch.export import check_export, export_detector
from maskwatch.networks.anchors import anchors_for
from maskwatch.networks.batch_norm import fold_batch_norm
from maskwatch.networks.single_shot import FAMILY, build_single_shot
from maskwatch.networks.warm_start import load_ultra_light
from maskwatch.train.start import starting_network

CARD = ModelCard("test", "0")


def shaken_network(seed: int = 0) -> keras.Model:
    """A fresh network in which no layer is zero."""
    network = build_single_shot()
    rng = np.random.default_rng(seed)
    network.set_weights([w + rng.normal(0, 0.03, w.shape).astype(np.float32) for w in network.get_weights()])
    return network


@pytest.mark.parametrize(("height", "width"), [(64, 96), (96, 160), (480, 640)])
def test_outputs_match_the_anchors(height: int, width: int) -> None:
    assert build_single_shot()(np.zeros((1, height, width, 3), np.float32)).shape == (
        1,
        len(anchors_for(height, width)),
        8,
    )


def test_exported_file_says_what_the_network_says(tmp_path: Path) -> None:
    network, path = shaken_network(), tmp_path / "model.onnx"
    export_detector(network, path, CARD)
    rng = np.random.default_rng(1)
    images = [rng.integers(0, 256, (h, w, 3)).astype(np.uint8) for h, w in ((64, 96), (160, 128), (96, 352))]
    check = check_export(network, path, images)
    assert check.boxes < 1e-2
    assert check.face_scores < 1e-4
    assert check.state_scores < 1e-4
    assert OnnxSession(path).card == CARD
    assert [p.name for p in tmp_path.iterdir()] == ["model.onnx"]


def test_batch_norm_is_folded_exactly(tmp_path: Path) -> None:
    inputs = keras.Input((None, None, 3))
    x = layers.ZeroPadding2D(1)(inputs)
    x = layers.BatchNormalization()(layers.Conv2D(8, 3, use_bias=False)(x))
    x = layers.ZeroPadding2D(1)(layers.ReLU()(x))
    x = layers.BatchNormalization(center=False)(layers.DepthwiseConv2D(3, strides=2)(x))
    network = keras.Model(inputs, x)
    rng = np.random.default_rng(0)
    network.set_weights(
        [np.abs(w + rng.normal(0, 0.5, w.shape)).astype(np.float32) + 0.1 for w in network.get_weights()]
    )
    folded = fold_batch_norm(network)
    assert not any(isinstance(layer, layers.BatchNormalization) for layer in folded.layers)
    image = rng.normal(0, 1, (1, 16, 24, 3)).astype(np.float32)
    assert np.allclose(folded(image), network(image, training=False), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("name", "height"), [("nano", 240), ("base", 96)])
def test_every_network_of_the_family_is_exported_exactly(tmp_path: Path, name: str, height: int) -> None:
    network = build_single_shot(FAMILY[name])
    rng = np.random.default_rng(0)
    network.set_weights([w + rng.normal(0, 0.03, w.shape).astype(np.float32) for w in network.get_weights()])
    export_detector(network, tmp_path / "model.onnx", CARD)
    check = check_export(network, tmp_path / "model.onnx", [rng.integers(0, 256, (height, 160, 3)).astype(np.uint8)])
    assert check.boxes < 1e-2
    assert check.face_scores < 1e-4
    assert check.state_scores < 1e-4


def test_a_larger_network_begins_where_the_smaller_one_ended(tmp_path: Path) -> None:
    small = shaken_network()
    small.save(tmp_path / "small.keras")
    large = starting_network(str(tmp_path / "small.keras"), "base")
    image = np.random.default_rng(0).integers(0, 256, (1, 96, 128, 3)).astype(np.float32)
    assert large.count_params() > small.count_params()
    assert np.allclose(large(image), small(image), atol=1e-5)


def test_unknown_networks_are_told_the_known_ones() -> None:
    with pytest.raises(UsageError, match="nano, small, base"):
        starting_network("", "huge")


def test_layers_that_cannot_be_exported_are_named(tmp_path: Path) -> None:
    inputs = keras.Input((None, None, 3))
    network = keras.Model(inputs, layers.GlobalAveragePooling2D(name="strange")(inputs))
    with pytest.raises(ModelError, match="strange"):
        export_detector(network, tmp_path / "model.onnx", CARD)
    assert not list(tmp_path.iterdir())


def test_saved_network_loads_with_keras_alone(tmp_path: Path) -> None:
    network, path = shaken_network(), tmp_path / "model.keras"
    network.save(path)
    again = starting_network(str(path))
    image = np.random.default_rng(0).uniform(0, 255, (1, 64, 64, 3)).astype(np.float32)
    assert np.allclose(again(image), network(image), rtol=1e-5, atol=1e-5)


def test_shipped_network_and_model_file_agree() -> None:
    from maskwatch.weights import find_model

    network = starting_network("small")
    rng = np.random.default_rng(0)
    check = check_export(network, find_model("small"), [rng.integers(0, 256, (96, 128, 3)).astype(np.uint8)])
    assert max(check.face_scores, check.state_scores) < 1e-3


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really"])
def test_damaged_start(tmp_path: Path, content: bytes) -> None:
    for name in ("damaged.keras", "damaged.onnx"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ModelError, match=name):
            starting_network(str(tmp_path / name))


def test_another_network_is_no_start(tmp_path: Path) -> None:
    inputs = keras.Input((8,))
    keras.Model(inputs, layers.Dense(2)(inputs)).save(tmp_path / "other.keras")
    with pytest.raises(ModelError, match=r"other\.keras"):
        starting_network(str(tmp_path / "other.keras"))


@pytest.mark.shared
def test_warm_start_keeps_what_the_ultra_light_detector_knew(shared: Path) -> None:
    import onnxruntime

    path = shared / "models" / "ultraface_RFB-640-masked_face-v2.onnx"
    network = build_single_shot()
    assert load_ultra_light(network, path) == 52
    image = np.random.default_rng(0).uniform(0, 255, (1, 480, 640, 3)).astype(np.float32)
    scores, _ = onnxruntime.InferenceSession(str(path)).run(
        None, {"input": ((image - 127) / 128).transpose(0, 3, 1, 2)}
    )
    logits = np.asarray(network(image))[0][:, [4, 7, 5]]
    ours = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert np.abs(ours - scores[0]).max() < 1e-5
