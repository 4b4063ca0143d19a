from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from maskwatch.errors import ModelError, UsageError
from maskwatch.train.classifier.applications import applications, base_of, scaled, unfreeze
from maskwatch.train.classifier.networks import OURS, build_classifier, default_size
from maskwatch.train.classifier.options import ClassifierOptions
from maskwatch.train.classifier.phases import face_features, fit_head
from maskwatch.train.classifier.schedule import compile_classifier
from maskwatch.train.classifier.weights import load_mobilenet_v2, load_weights, resolved_weights


@pytest.mark.parametrize("arch", list(OURS))
@pytest.mark.parametrize("classes", [2, 3])
def test_our_networks_map_pixels_to_probabilities(arch: str, classes: int) -> None:
    network = build_classifier(arch, 0, classes)
    faces = np.random.default_rng(0).integers(0, 256, (2, default_size(arch), default_size(arch), 3))
    scores = np.asarray(network(faces.astype(np.float32)))
    assert scores.shape == (2, classes)
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)


def test_every_application_has_a_name() -> None:
    names = applications()
    assert {"mobilenet_v2", "resnet50", "inception_v3", "efficientnet_b0", "vgg16", "densenet121"} <= names.keys()
    assert len(set(names.values())) == len(names) == len([n for n in dir(keras.applications) if n[0].isupper()])


@pytest.mark.parametrize(
    ("keras_name", "module"),
    [
        ("MobileNetV2", "mobilenet_v2"),
        ("ResNet50", "resnet50"),
        ("ResNet50V2", "resnet_v2"),
        ("InceptionV3", "inception_v3"),
        ("VGG16", "vgg16"),
        ("DenseNet121", "densenet"),
        ("EfficientNetB0", "efficientnet"),
        ("EfficientNetV2B0", "efficientnet_v2"),
        ("NASNetMobile", "nasnet"),
        ("Xception", "xception"),
        ("MobileNetV3Small", "mobilenet_v3"),
    ],
)
def test_pixels_are_scaled_as_keras_does(keras_name: str, module: str) -> None:
    inputs = keras.Input((4, 4, 3))
    ours = keras.Model(inputs, keras.layers.Identity()(scaled(keras_name, inputs)))
    pixels = np.random.default_rng(0).uniform(0, 255, (1, 4, 4, 3)).astype(np.float32)
    expected = getattr(keras.applications, module).preprocess_input(pixels.copy())
    np.testing.assert_allclose(np.asarray(ours(pixels)), expected, atol=1e-3)


def test_unknown_architecture_and_too_small_a_size() -> None:
    with pytest.raises(UsageError, match="cnn20, cnn, small, face"):
        default_size("alexnet")
    with pytest.raises(UsageError, match="larger"):
        build_classifier("vgg16", 8, 2)


def test_sources_of_weights() -> None:
    assert resolved_weights("cnn", "auto") == "none"
    assert resolved_weights("resnet50", "auto") == "imagenet"
    with pytest.raises(UsageError, match="not available"):
        resolved_weights("cnn", "imagenet")
    with pytest.raises(ModelError, match="MobileNetV2 only"):
        load_weights(build_classifier("cnn", 20, 2), "cnn", "a.npz")
    with pytest.raises(ModelError, match="use imagenet"):
        load_weights(build_classifier("cnn", 20, 2), "cnn", "weights.h5")


def test_weights_of_an_earlier_run(tmp_path: Path) -> None:
    first, second = (build_classifier("cnn20", 20, 2) for _ in range(2))
    first.save(tmp_path / "first.keras")
    load_weights(second, "cnn20", str(tmp_path / "first.keras"))
    np.testing.assert_array_equal(first.get_weights()[0], second.get_weights()[0])
    with pytest.raises(ModelError, match="another network"):
        load_weights(build_classifier("cnn20", 20, 3), "cnn20", str(tmp_path / "first.keras"))


@pytest.fixture(scope="module")
def mobilenet() -> keras.Model:
    return build_classifier("mobilenet_v2", 32, 2, pretrained=True)


def archive(base: keras.Model, path: Path, seed: int = 0) -> Path:
    """Random weights in the layout of the TensorFlow-Lite archive."""
    rng = np.random.default_rng(seed)
    kernels = [layer.get_weights()[0] for layer in base.layers if "Conv2D" in type(layer).__name__]
    arrays = {}
    for number, kernel in enumerate(kernels):
        depthwise = kernel.shape[3] == 1
        arrays[f"{number:02}_w"] = rng.normal(0, 0.1, kernel.transpose(3, 0, 1, 2).shape).astype(np.float16)
        arrays[f"{number:02}_b"] = rng.normal(0, 0.1, kernel.shape[2 if depthwise else 3]).astype(np.float16)
    np.savez(path, **arrays)
    return path


def test_folded_weights_load_into_mobilenet_v2(mobilenet: keras.Model, tmp_path: Path) -> None:
    base = base_of(mobilenet)
    path = archive(base, tmp_path / "weights.npz")
    load_mobilenet_v2(base, path)
    pixels = np.random.default_rng(1).uniform(-1, 1, (1, 32, 32, 3)).astype(np.float32)
    first = keras.Model(base.input, base.get_layer("bn_Conv1").output)
    with np.load(path) as stored:
        kernel, bias = (stored[name].astype(np.float32) for name in ("00_w", "00_b"))
    plain = keras.ops.conv(pixels, kernel.transpose(1, 2, 3, 0), 2, "same") + bias
    np.testing.assert_allclose(np.asarray(first(pixels, training=False)), np.asarray(plain), atol=1e-5)


def test_archives_that_do_not_fit(mobilenet: keras.Model, tmp_path: Path) -> None:
    base = base_of(mobilenet)
    whole = archive(base, tmp_path / "weights.npz").read_bytes()
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    for name in ("cut.npz", "other.npz", "absent.npz"):
        with pytest.raises(ModelError, match=name):
            load_mobilenet_v2(base, tmp_path / name)
    with pytest.raises(ModelError, match="for MobileNetV2 only"):
        load_mobilenet_v2(build_classifier("cnn20", 20, 2), tmp_path / "weights.npz")


def test_only_the_head_is_trained_on_features(mobilenet: keras.Model, tmp_path: Path) -> None:
    load_mobilenet_v2(base_of(mobilenet), archive(base_of(mobilenet), tmp_path / "weights.npz"))
    base_of(mobilenet).trainable = False
    rng = np.random.default_rng(0)
    labels = np.arange(16) % 2
    images = (labels[:, None, None, None] * 120 + rng.integers(0, 100, (16, 32, 32, 3))).astype(np.uint8)
    before, head = base_of(mobilenet).get_weights(), mobilenet.get_layer("dense1").get_weights()
    examples = face_features(mobilenet, images), labels
    fit_head(mobilenet, examples, examples, ClassifierOptions(("x",), head_epochs=3, batch=8), [])
    for old, new in zip(before, base_of(mobilenet).get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert not np.array_equal(head[0], mobilenet.get_layer("dense1").get_weights()[0])


def test_fine_tuning_keeps_the_stored_statistics(mobilenet: keras.Model, tmp_path: Path) -> None:
    """In a training step, features equal those of inference, and batch normalisations stay unchanged."""
    load_mobilenet_v2(base_of(mobilenet), archive(base_of(mobilenet), tmp_path / "weights.npz"))
    unfreeze(mobilenet)
    extractor = keras.Model(mobilenet.input, mobilenet.get_layer("features").output)
    faces = np.random.default_rng(0).uniform(0, 255, (4, 32, 32, 3)).astype(np.float32)
    still, training = (np.asarray(extractor(faces, training=t)) for t in (False, True))
    np.testing.assert_allclose(still, training, rtol=1e-4, atol=1e-5)
    norms = [layer for layer in base_of(mobilenet).layers if isinstance(layer, keras.layers.BatchNormalization)]
    before = [layer.get_weights() for layer in norms]
    compile_classifier(mobilenet, keras.optimizers.SGD(0.1))
    stem = base_of(mobilenet).get_layer("Conv1").get_weights()[0]
    mobilenet.train_on_batch(faces, np.array([0, 1, 0, 1]))
    for layer, weights in zip(norms, before, strict=True):
        for new, old in zip(layer.get_weights(), weights, strict=True):
            np.testing.assert_array_equal(new, old)
    assert not np.array_equal(stem, base_of(mobilenet).get_layer("Conv1").get_weights()[0])


@pytest.mark.shared
def test_imagenet_weights_recognise_a_cat(shared: Path) -> None:
    """The complete network with its classifier, on a photo of a cat."""
    from skimage import data

    path = shared / "models" / "mobilenet_v2_1.0_224_imagenet_fp16.npz"
    base = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(224, 224, 3), pooling="avg")
    load_mobilenet_v2(base, path)
    import cv2

    cat = cv2.resize(data.chelsea()[:, 75:375], (224, 224), interpolation=cv2.INTER_AREA)
    features = np.asarray(base(cat[None].astype(np.float32) / 127.5 - 1, training=False))
    with np.load(path) as stored:
        logits = features @ stored["52_w"].astype(np.float32).reshape(1001, 1280).T + stored["52_b"]
    labels = (shared / "models" / "imagenet_labels_1001.txt").read_text().splitlines()
    assert "cat" in labels[int(logits[0].argmax())].lower()
