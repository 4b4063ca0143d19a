"""Initial weights of a classifier: ImageNet by Keras' download, a file, or a detector's backbone."""

from __future__ import annotations

import zipfile
from pathlib import Path

import keras
import numpy as np
from keras import layers

from maskwatch.errors import ModelError, UsageError
from maskwatch.evaluate.classification.classifiers import read_keras
from maskwatch.train.classifier.applications import applications, base_of
from maskwatch.train.classifier.networks import OURS
from maskwatch.train.start import credits_of, starting_network
from maskwatch.weights import is_shipped, shipped_classifiers

_CONVOLUTIONS = 52
"""Number of convolutions in MobileNetV2 without its top."""


def resolved_weights(arch: str, weights: str) -> str:
    """``weights`` with "auto" replaced: imagenet for ``keras.applications``, small for "face", none for others.

    Raises:
        UsageError: when the architecture has no ImageNet weights.
    """
    if weights == "auto":
        return "small" if arch == "face" else "none" if arch in OURS else "imagenet"
    if weights == "imagenet" and arch in OURS:
        raise UsageError(f"--weights imagenet: not available for '{arch}'; use none, or a .keras file of a '{arch}'")
    return weights


def credits_of_weights(arch: str, weights: str) -> tuple[str, ...]:
    """Credits for the initial weights (resolved, not "auto"), for the model card."""
    if arch == "face" and weights != "none":
        return credits_of(weights)
    if arch == "mobilenet_v2" and weights != "none":
        return ("MobileNetV2 weights trained on ImageNet by Google, Apache-2.0",)
    return ()


def load_weights(network: keras.Model, arch: str, weights: str) -> None:
    """Load "imagenet", a ``.npz`` or ``.keras`` file, or a detector into ``network``; "none" keeps random weights.

    Raises:
        ModelError: when the file does not fit, or the download fails.
    """
    if weights == "none":
        return
    if arch == "face" and is_detector(weights):
        load_detector_weights(network, weights)
    elif weights == "imagenet":
        _load_imagenet(base_of(network), arch)
    elif weights.endswith(".npz"):
        if arch != "mobilenet_v2":
            raise ModelError(f"{weights}: .npz files hold MobileNetV2 only, not '{arch}'; use --arch mobilenet_v2")
        load_mobilenet_v2(base_of(network), Path(weights))
    elif weights.endswith(".keras") or weights in shipped_classifiers():
        _load_run(network, _keras_file(weights))
    else:
        raise ModelError(f"{weights}: not a file of weights; use imagenet, none, a .npz or a .keras file")


def is_detector(start: str) -> bool:
    """Whether a file, or the name of a shipped model, is a detector, not a classifier.

    Raises:
        ModelError: when the file cannot be read.
    """
    if start.endswith(".onnx"):
        return True
    return is_shipped(start) or read_keras(_keras_file(start)).name == "single_shot"


def load_detector_weights(network: keras.Model, start: str) -> None:
    """Load the backbone of a detector into the network ``face``.

    Args:
        network: from `maskwatch.train.classifier.networks.face`.
        start: name of a shipped detector, ``.keras`` file, or Ultra-Light ``.onnx``.

    Raises:
        ModelError: when it is none of these.
    """
    detector = starting_network(start)
    names = {layer.name for layer in detector.layers}
    shared = [layer for layer in network.layers if layer.weights and layer.name in names]
    if not shared:
        raise ModelError(f"{start}: not a MaskWatch detector; use a detector's .keras file")
    for layer in shared:
        layer.set_weights(detector.get_layer(layer.name).get_weights())


def load_mobilenet_v2(base: keras.Model, path: Path) -> None:
    """Load weights with folded batch normalisations into Keras' MobileNetV2 (width 1, with or without its top).

    The file holds ``NN_w`` and ``NN_b`` for layer NN = 00..51: convolutions as (out, kh, kw, in), depthwise ones as
    (1, kh, kw, channels). Batch normalisations become the identity plus the bias.

    Raises:
        ModelError: when the file is missing, damaged, or of another network.
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


def _load_imagenet(base: keras.Model, arch: str) -> None:
    size = base.input_shape[1:]
    build = getattr(keras.applications, applications()[arch])
    try:
        pretrained = build(include_top=False, weights="imagenet", input_shape=size)
    except Exception as error:  # Keras raises a plain Exception when its download fails
        reason = " ".join(str(error).split())[:160]
        raise ModelError(f"--weights imagenet: download failed ({reason}); use a file, or --weights none") from error
    base.set_weights(pretrained.get_weights())


def _load_run(network: keras.Model, path: Path) -> None:
    try:
        network.set_weights(read_keras(path).get_weights())
    except ValueError as error:
        reason = " ".join(str(error).split())[:120]
        raise ModelError(f"{path}: another network ({reason}); use its --arch, --size and classes") from error


def _keras_file(start: str) -> Path:
    """The ``.keras`` file of a shipped classifier by its name, or any other by its path."""
    shipped = shipped_classifiers().get(start)
    return Path(start) if shipped is None else shipped.with_suffix(".keras")
