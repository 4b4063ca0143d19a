"""Classifier networks: four of our own, and those of ``keras.applications`` by name.

Every network takes RGB 0..255 and scales it inside, with layers of Keras only, so that the stored file opens without
MaskWatch.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from maskwatch.errors import UsageError
from maskwatch.networks.single_shot import build_single_shot
from maskwatch.train.classifier.applications import FEATURES, application_size, applications, build_application, softmax

_FINE, _COARSE = "stage16_2_pointwise_relu", "stage32_1_pointwise_relu"
"""Layers of the detector whose maps the classifier `face` uses: stride 16 (128 channels) and 32 (256 channels)."""


def cnn20(size: int, classes: int) -> keras.Model:
    """Two convolutions for faces of about 20 px; the smallest network that solves the task."""
    inputs = keras.Input((size, size, 3), name="faces")
    x = layers.Rescaling(1 / 255, name="scaling")(inputs)
    x = layers.Conv2D(32, 3, activation="relu", name="conv1")(x)
    x = layers.Conv2D(64, 3, activation="relu", name="conv2")(x)
    x = layers.MaxPooling2D(2, name="pool")(x)
    x = layers.Flatten(name=FEATURES)(layers.Dropout(0.25, name="drop1")(x))
    x = layers.Dropout(0.5, name="drop2")(layers.Dense(128, activation="relu", name="dense1")(x))
    return keras.Model(inputs, softmax(x, classes), name="cnn20")


def cnn(size: int, classes: int) -> keras.Model:
    """Two pairs of convolution and max-pooling, flatten, dropout, two dense layers."""
    inputs = keras.Input((size, size, 3), name="faces")
    x = layers.Rescaling(1 / 127.5, offset=-1, name="scaling")(inputs)
    x = layers.Conv2D(32, 3, activation="relu", name="conv1")(x)
    x = layers.MaxPooling2D(2, name="pool1")(x)
    x = layers.Conv2D(64, 3, activation="relu", name="conv2")(x)
    x = layers.MaxPooling2D(2, name="pool2")(x)
    x = layers.Dropout(0.5, name="drop")(layers.Flatten(name=FEATURES)(x))
    x = layers.Dense(50, activation="relu", name="dense1")(x)
    return keras.Model(inputs, softmax(x, classes), name="cnn")


def small(size: int, classes: int) -> keras.Model:
    """Depthwise separable convolutions as in MobileNet (Howard et al., 2017), 0.1 million weights."""
    inputs = keras.Input((size, size, 3), name="faces")
    x = layers.Rescaling(1 / 127.5, offset=-1, name="scaling")(inputs)
    x = _normalised(layers.Conv2D(16, 3, strides=2, padding="same", use_bias=False, name="stem")(x), "stem")
    for number, (filters, stride) in enumerate([(32, 1), (64, 2), (64, 1), (128, 2), (128, 1), (192, 2)], start=1):
        name = f"block{number}"
        x = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False, name=f"{name}_depthwise")(x)
        x = _normalised(x, f"{name}_depthwise")
        x = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_pointwise")(x)
        x = _normalised(x, f"{name}_pointwise")
    x = layers.GlobalAveragePooling2D(name=FEATURES)(x)
    return keras.Model(inputs, softmax(layers.Dropout(0.2, name="drop")(x), classes), name="small")


def face(size: int, classes: int) -> keras.Model:
    """The detector's backbone up to stride 32, weighted pooling of two maps, and a softmax.

    The pooling is a depthwise convolution of the map's size (Chen et al., MobileFaceNets, 2018), initialised to the
    mean, so that the mouth can count more than the brow. At 96 px, with three states, the network has 192,359 weights.
    """
    detector = build_single_shot()
    backbone = keras.Model(detector.input, [detector.get_layer(name).output for name in (_FINE, _COARSE)])
    inputs = keras.Input((size, size, 3), name="faces")
    copy = keras.models.clone_model(backbone, input_tensors=inputs)  # layer by layer: the file is one flat network
    pooled = [_weighted_pooling(x, f"weighed{i}") for i, x in enumerate(copy.outputs)]
    x = layers.Concatenate(name=FEATURES)(pooled)
    return keras.Model(inputs, softmax(layers.Dropout(0.3, name="drop")(x), classes), name="face")


OURS = {"cnn20": (cnn20, 20), "cnn": (cnn, 64), "small": (small, 64), "face": (face, 96)}
"""Our networks, and the sides of their inputs in pixels."""


def default_size(arch: str) -> int:
    """Default side of the input in pixels.

    Raises:
        UsageError: when there is no such network.
    """
    if arch in OURS:
        return OURS[arch][1]
    if arch not in applications():
        known = ", ".join([*OURS, *applications()])
        raise UsageError(f"--arch {arch}: no such network; use one of {known}")
    return application_size(arch)


def build_classifier(arch: str, size: int, classes: int, pretrained: bool = False) -> keras.Model:
    """A network with random weights, from RGB (B, size, size, 3) 0..255 to probabilities (B, classes).

    Args:
        arch: name of the network.
        size: side of the input in pixels; 0 for the default.
        classes: 2 or 3.
        pretrained: whether pretrained weights will be loaded; batch normalisations then keep their stored statistics.

    Raises:
        UsageError: when there is no such network, or ``size`` is too small for it.
    """
    size = size or default_size(arch)
    try:
        if arch in OURS:
            return OURS[arch][0](size, classes)
        return build_application(arch, size, classes, pretrained)
    except ValueError as error:
        reason = " ".join(str(error).split())[:160]
        raise UsageError(f"--size {size}: too small for '{arch}' ({reason}); use a larger size") from error


def _normalised(x: Any, name: str) -> Any:
    return layers.ReLU(name=f"{name}_relu")(layers.BatchNormalization(momentum=0.9, name=f"{name}_norm")(x))


def _weighted_pooling(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    side = x.shape[1]
    mean = keras.initializers.Constant(1 / side**2)
    x = layers.DepthwiseConv2D(side, depthwise_initializer=mean, name=name)(x)
    return layers.Flatten(name=f"{name}_flat")(x)
