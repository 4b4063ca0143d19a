"""The classifier that begins as the backbone of the detector, which has learnt faces and masks already."""

from __future__ import annotations

from pathlib import Path

import keras
from keras import layers

from maskwatch.errors import ModelError
from maskwatch.networks.single_shot import build_single_shot
from maskwatch.train.start import starting_network
from maskwatch.weights import is_shipped, shipped_classifiers

_FINE, _COARSE = "stage16_2_pointwise_relu", "stage32_1_pointwise_relu"
"""Layers of the detector whose maps are looked at: of stride 16 (128 channels) and 32 (256 channels)."""


def face(size: int, classes: int) -> keras.Model:
    """The detector's backbone up to stride 32, each map weighed by place, a softmax.

    The weighing is a depthwise convolution as large as the map (Chen et al., MobileFaceNets, 2018) that begins as the
    mean: what is at the mouth counts otherwise than what is at the brow. At 96 px, with three states, the network has
    192,359 weights.
    """
    detector = build_single_shot()
    backbone = keras.Model(detector.input, [detector.get_layer(name).output for name in (_FINE, _COARSE)])
    inputs = keras.Input((size, size, 3), name="faces")
    pooled = [_weighed(x, f"weighed{i}") for i, x in enumerate(_rebuilt(backbone, inputs))]
    x = layers.Concatenate(name="features")(pooled)
    x = layers.Dropout(0.3, name="drop")(x)
    return keras.Model(inputs, layers.Dense(classes, activation="softmax", name="states")(x), name="face")


def load_detector_weights(network: keras.Model, start: str) -> None:
    """Fill the backbone of a `face` from a detector: a shipped name, a ``.keras`` file, or an Ultra-Light ``.onnx``.

    Raises:
        ModelError: when it is none of these.
    """
    detector = starting_network(start)
    names = {layer.name for layer in detector.layers}
    shared = [layer for layer in network.layers if layer.weights and layer.name in names]
    if not shared:
        raise ModelError(f"{start}: holds no backbone of a MaskWatch detector; give a detector's .keras file")
    for layer in shared:
        layer.set_weights(detector.get_layer(layer.name).get_weights())


def is_detector(start: str) -> bool:
    """Whether a file, or a shipped model's name, holds a detector and not a classifier.

    Raises:
        ModelError: when it cannot be read.
    """
    if start.endswith(".onnx"):
        return True
    from maskwatch.evaluate.classification.files import read_keras

    return is_shipped(start) or read_keras(keras_file(start)).name == "single_shot"


def keras_file(start: str) -> Path:
    """The ``.keras`` file of a shipped classifier by its name, or of any other by its path."""
    shipped = shipped_classifiers().get(start)
    return Path(start) if shipped is None else shipped.with_suffix(".keras")


def _rebuilt(backbone: keras.Model, inputs: keras.KerasTensor) -> list[keras.KerasTensor]:
    """The backbone's own layers, one by one, so that the classifier's file is one flat network."""
    copy = keras.models.clone_model(backbone, input_tensors=inputs)
    return list(copy.outputs)


def _weighed(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    side = x.shape[1]
    mean = keras.initializers.Constant(1 / side**2)
    x = layers.DepthwiseConv2D(side, depthwise_initializer=mean, name=name)(x)
    return layers.Flatten(name=f"{name}_flat")(x)
