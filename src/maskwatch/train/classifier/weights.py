"""Where a classifier's weights come from: ImageNet by Keras' download, a file, or nowhere."""

from __future__ import annotations

import zipfile
from pathlib import Path

import keras
import numpy as np
from keras import layers

from maskwatch.errors import ModelError, UsageError
from maskwatch.train.classifier.face_network import is_detector, keras_file, load_detector_weights
from maskwatch.train.classifier.networks import OURS, applications, base_of
from maskwatch.train.start import credits_of
from maskwatch.weights import shipped_classifiers

_CONVOLUTIONS = 52
"""Of MobileNetV2 without its classifier, in the order of the network."""


def resolved_weights(arch: str, weights: str) -> str:
    """``weights`` with "auto" replaced: imagenet for ``keras.applications``, default for "face", none for others.

    Raises:
        UsageError: when the architecture has no ImageNet weights.
    """
    if weights == "auto":
        return "small" if arch == "face" else "none" if arch in OURS else "imagenet"
    if weights == "imagenet" and arch in OURS:
        raise UsageError(f"--weights imagenet: there are none for '{arch}'; take none, or a .keras file of a '{arch}'")
    return weights


def credits_of_weights(arch: str, weights: str) -> tuple[str, ...]:
    """Whose work a network that starts there carries on, for its card; ``weights`` are resolved."""
    if arch == "face" and weights != "none":
        return credits_of(weights)
    if arch == "mobilenet_v2" and weights != "none":
        return ("MobileNetV2 weights trained on ImageNet by Google, Apache-2.0",)
    return ()


def load_weights(network: keras.Model, arch: str, weights: str) -> None:
    """Fill ``network`` from "imagenet", a ``.npz`` or ``.keras`` file, or a detector; "none" leaves it random.

    Raises:
        ModelError: when the file does not fit, or the download fails.
    """
    if weights == "none":
        return
    if arch == "face" and is_detector(weights):
        load_detector_weights(network, weights)
    elif weights == "imagenet":
        _from_keras(base_of(network), arch)
    elif weights.endswith(".npz"):
        if arch != "mobilenet_v2":
            raise ModelError(f"{weights}: .npz files hold MobileNetV2 only, not '{arch}'; take --arch mobilenet_v2")
        load_mobilenet_v2(base_of(network), Path(weights))
    elif weights.endswith(".keras") or weights in shipped_classifiers():
        _from_run(network, keras_file(weights))
    else:
        raise ModelError(f"{weights}: no weights that can be read; give imagenet, none, a .npz or a .keras file")


def load_mobilenet_v2(base: keras.Model, path: Path) -> None:
    """Fill Keras' MobileNetV2 (width 1, with or without its top left out) from arrays with folded batch norms.

    The file holds ``NN_w`` and ``NN_b`` for layer NN = 00..51: convolutions as (out, kh, kw, in), depthwise ones as
    (1, kh, kw, channels). Batch normalisations become the identity plus the bias.

    Raises:
        ModelError: when the file is missing, damaged, or holds another network.
    """
    convolutions = [layer for layer in base.layers if isinstance(layer, layers.Conv2D | layers.DepthwiseConv2D)]
    norms = [layer for layer in base.layers if isinstance(layer, layers.BatchNormalization)]
    if len(convolutions) != _CONVOLUTIONS or len(norms) != _CONVOLUTIONS:
        raise ModelError(f"{path}: for MobileNetV2 only; this network has {len(convolutions)} convolutions")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            pairs = [(stored[f"{n:02}_w"], stored[f"{n:02}_b"]) for n in range(_CONVOLUTIONS)]
        for layer, norm, (kernel, bias) in zip(convolutions, norms, pairs, strict=True):
            layer.set_weights([np.asarray(kernel, np.float32).transpose(1, 2, 3, 0)])
            ones = np.ones(len(bias), np.float32)
            norm.set_weights([ones, np.asarray(bias, np.float32), 0 * ones, (1 - norm.epsilon) * ones])
    except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        reason = " ".join(str(error).split())[:160]
        raise ModelError(f"{path}: no MobileNetV2 weights in it ({reason}); check the file") from error


def _from_keras(base: keras.Model, arch: str) -> None:
    size = base.input_shape[1:]
    build = getattr(keras.applications, applications()[arch])
    try:
        pretrained = build(include_top=False, weights="imagenet", input_shape=size)
    except Exception as error:  # Keras raises an unmasked Exception when its download fails
        reason = " ".join(str(error).split())[:160]
        raise ModelError(
            f"--weights imagenet: Keras could not fetch them ({reason}); give a file, or --weights none"
        ) from error
    base.set_weights(pretrained.get_weights())


def _from_run(network: keras.Model, path: Path) -> None:
    from maskwatch.evaluate.classification.files import read_keras

    try:
        network.set_weights(read_keras(path).get_weights())
    except ValueError as error:
        reason = " ".join(str(error).split())[:120]
        raise ModelError(
            f"{path}: holds another network than this ({reason}); give the --arch, --size and classes it has"
        ) from error
