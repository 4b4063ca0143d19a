"""Networks of ``keras.applications`` as classifiers, with a new head."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers

FEATURES = "features"
"""Name of the layer before the head."""

_BGR_MEANS = (103.939, 116.779, 123.68)
_RGB_MEANS, _RGB_DEVIATIONS = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
_SCALED_INSIDE = ("EfficientNet", "ConvNeXt", "MobileNetV3")
_MINUS_ONE_TO_ONE = ("MobileNet", "Inception", "Xception", "NASNet")


def applications() -> dict[str, str]:
    """Names of the networks: ours, such as mobilenet_v2, and Keras' class name, such as MobileNetV2."""
    return {_snake(name): name for name in dir(keras.applications) if name[0].isupper()}


def _snake(name: str) -> str:
    """``MobileNetV2`` as mobilenet_v2, ``ResNet50V2`` as resnet50_v2, ``EfficientNetB0`` as efficientnet_b0."""
    special = {"InceptionResNetV2": "inception_resnet_v2", "InceptionV3": "inception_v3"}
    if name in special:
        return special[name]
    head = next((h for h in ("ConvNeXt", "EfficientNetV2", "EfficientNet", "MobileNetV3", "NASNet") if h in name), "")
    if head:
        tail = name.removeprefix(head)
        return _snake_version(head) + (f"_{tail.lower()}" if tail else "")
    return _snake_version(name)


def _snake_version(name: str) -> str:
    for version in ("V2", "V3"):
        if name.endswith(version):
            return f"{name.removesuffix(version).lower()}_{version.lower()}"
    return name.lower()


def application_size(arch: str) -> int:
    """Default side of the input in pixels."""
    return 299 if arch in {"inception_v3", "xception", "inception_resnet_v2"} else 128


def build_application(arch: str, size: int, classes: int, pretrained: bool) -> keras.Model:
    """A network with random weights; see `maskwatch.train.classifier.networks.build_classifier`.

    Raises:
        ValueError: when ``size`` is too small for it.
    """
    keras_name = applications()[arch]
    base = getattr(keras.applications, keras_name)(include_top=False, weights=None, input_shape=(size, size, 3))
    inputs = keras.Input((size, size, 3), name="faces")
    x = layers.GlobalAveragePooling2D(name=FEATURES)(base(scaled(keras_name, inputs)))
    x = layers.Dense(128, activation="relu", name="dense1")(x)
    network = keras.Model(inputs, softmax(layers.Dropout(0.5, name="drop")(x), classes), name=arch)
    if pretrained:
        unfreeze(network)
    return network


def base_of(network: keras.Model) -> keras.Model:
    """The network of ``keras.applications`` inside ``network``."""
    return next(layer for layer in network.layers if isinstance(layer, keras.Model))


def unfreeze(network: keras.Model) -> None:
    """Make all layers trainable except batch normalisations, which keep means, variances and factors.

    Calling the base with ``training=False`` is not enough: Keras 3 overrides it when the whole network is trained.
    With the statistics of a batch in place of the stored ones, a pretrained network is ruined in one epoch.
    """
    base = base_of(network)
    base.trainable = True
    for layer in base._flatten_layers():
        if isinstance(layer, layers.BatchNormalization):
            layer.trainable = False


def softmax(x: Any, classes: int) -> Any:
    """The last layer of every classifier: probabilities (B, classes)."""
    return layers.Dense(classes, activation="softmax", name="states")(x)


def scaled(keras_name: str, inputs: Any) -> Any:
    """RGB 0..255 scaled as the network expects it, like its ``preprocess_input``."""
    if keras_name.startswith(_SCALED_INSIDE) or "EfficientNetV2" in keras_name:
        return inputs
    if keras_name.startswith(_MINUS_ONE_TO_ONE) or keras_name.endswith("V2"):
        return layers.Rescaling(1 / 127.5, offset=-1, name="scaling")(inputs)
    if keras_name.startswith("DenseNet"):
        scale = [1 / deviation for deviation in _RGB_DEVIATIONS]
        offset = [-mean / deviation for mean, deviation in zip(_RGB_MEANS, _RGB_DEVIATIONS, strict=True)]
        return layers.Rescaling(scale, offset=offset, name="scaling")(inputs)
    to_bgr = layers.Conv2D(3, 1, trainable=False, name="scaling")  # a convolution, so that no layer of ours is needed
    centred = to_bgr(inputs)
    to_bgr.set_weights([np.eye(3, dtype=np.float32)[::-1].reshape(1, 1, 3, 3), -np.array(_BGR_MEANS, np.float32)])
    return centred
