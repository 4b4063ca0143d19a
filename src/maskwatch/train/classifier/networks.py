"""The classifiers: four of our own, and those of ``keras.applications`` by name.

Every one takes RGB 0..255 and scales it inside, without a layer of our own, so that the stored file needs Keras only.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from maskwatch.errors import UsageError
from maskwatch.train.classifier.face_network import face

FEATURES = "features"
"""Name of the layer whose output is the input of the head."""


def cnn20(size: int, classes: int) -> keras.Model:
    """Two convolutions for faces of about 20 px; the smallest that learns the task."""
    inputs = keras.Input((size, size, 3), name="faces")
    x = layers.Rescaling(1 / 255, name="scaling")(inputs)
    x = layers.Conv2D(32, 3, activation="relu", name="conv1")(x)
    x = layers.Conv2D(64, 3, activation="relu", name="conv2")(x)
    x = layers.MaxPooling2D(2, name="pool")(x)
    x = layers.Flatten(name=FEATURES)(layers.Dropout(0.25, name="drop1")(x))
    x = layers.Dropout(0.5, name="drop2")(layers.Dense(128, activation="relu", name="dense1")(x))
    return keras.Model(inputs, _verdict(x, classes), name="cnn20")


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
    return keras.Model(inputs, _verdict(x, classes), name="cnn")


def small(size: int, classes: int) -> keras.Model:
    """Depthwise separable convolutions in the manner of MobileNet (Howard et al., 2017), 0.1 million weights."""
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
    return keras.Model(inputs, _verdict(layers.Dropout(0.2, name="drop")(x), classes), name="small")


OURS = {"cnn20": (cnn20, 20), "cnn": (cnn, 64), "small": (small, 64), "face": (face, 96)}
"""Our networks and the side of their input in pixels."""
APPLICATION_SIZE = 128

_BGR_MEANS = (103.939, 116.779, 123.68)
_RGB_MEANS, _RGB_DEVIATIONS = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
_SCALED_INSIDE = ("EfficientNet", "ConvNeXt", "MobileNetV3")
_MINUS_ONE_TO_ONE = ("MobileNet", "Inception", "Xception", "NASNet")


def applications() -> dict[str, str]:
    """The networks of ``keras.applications``: their names here (those of their modules' style) and there."""
    found = {}
    for name in dir(keras.applications):
        if name[0].isupper():
            found[_snake(name)] = name
    return found


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


def default_size(arch: str) -> int:
    """Side of the input in pixels where none is asked for.

    Raises:
        UsageError: when there is no such network.
    """
    if arch in OURS:
        return OURS[arch][1]
    if arch not in applications():
        known = ", ".join([*OURS, *applications()])
        raise UsageError(f"--arch {arch}: no such network; take one of {known}")
    return 299 if arch in {"inception_v3", "xception", "inception_resnet_v2"} else APPLICATION_SIZE


def build_classifier(arch: str, size: int, classes: int, pretrained: bool = False) -> keras.Model:
    """A network with random weights: RGB (B, size, size, 3) 0..255 in, probabilities (B, classes) out.

    Args:
        arch: name of the network.
        size: side of the input in pixels.
        classes: 2 or 3.
        pretrained: whether weights will be loaded; batch normalisations then keep their stored means.

    Raises:
        UsageError: when there is no such network, or it cannot be that small.
    """
    size = size or default_size(arch)
    try:
        if arch in OURS:
            return OURS[arch][0](size, classes)
        return _application(arch, size, classes, pretrained)
    except ValueError as error:
        reason = " ".join(str(error).split())[:160]
        raise UsageError(f"--size {size}: '{arch}' cannot be built for it ({reason}); take a larger one") from error


def _application(arch: str, size: int, classes: int, pretrained: bool) -> keras.Model:
    there = applications()[arch]
    base = getattr(keras.applications, there)(include_top=False, weights=None, input_shape=(size, size, 3))
    inputs = keras.Input((size, size, 3), name="faces")
    x = _scaled(there, inputs)
    x = base(x)
    x = layers.GlobalAveragePooling2D(name=FEATURES)(x)
    x = layers.Dense(128, activation="relu", name="dense1")(x)
    network = keras.Model(inputs, _verdict(layers.Dropout(0.5, name="drop")(x), classes), name=arch)
    if pretrained:
        unfreeze(network)
    return network


def base_of(network: keras.Model) -> keras.Model:
    """The network of ``keras.applications`` inside ``network``."""
    return next(layer for layer in network.layers if isinstance(layer, keras.Model))


def unfreeze(network: keras.Model) -> None:
    """Let all of a pretrained network learn but its batch normalisations, which keep means, variances and factors.

    A ``training=False`` in the call of the base does not do that: Keras 3 overrides it when the whole network is
    trained. Statistics of a batch in the place of the stored ones undo a network in one epoch.
    """
    base = base_of(network)
    base.trainable = True
    for layer in base._flatten_layers():
        if isinstance(layer, layers.BatchNormalization):
            layer.trainable = False


def _scaled(there: str, inputs: Any) -> Any:
    """RGB 0..255 as the network's authors scaled it."""
    if there.startswith(_SCALED_INSIDE) or "EfficientNetV2" in there:
        return inputs
    if there.startswith(_MINUS_ONE_TO_ONE) or there.endswith("V2"):
        return layers.Rescaling(1 / 127.5, offset=-1, name="scaling")(inputs)
    if there.startswith("DenseNet"):
        scale = [1 / deviation for deviation in _RGB_DEVIATIONS]
        offset = [-mean / deviation for mean, deviation in zip(_RGB_MEANS, _RGB_DEVIATIONS, strict=True)]
        return layers.Rescaling(scale, offset=offset, name="scaling")(inputs)
    swap = layers.Conv2D(3, 1, trainable=False, name="scaling")  # a swap of channels that needs no layer of ours
    swapped = swap(inputs)
    swap.set_weights([keras.ops.convert_to_numpy(keras.ops.eye(3))[::-1].reshape(1, 1, 3, 3), _minus(_BGR_MEANS)])
    return swapped


def _minus(means: tuple[float, ...]) -> Any:
    return -keras.ops.convert_to_numpy(keras.ops.array(means, dtype="float32"))


def _normalised(x: Any, name: str) -> Any:
    return layers.ReLU(name=f"{name}_relu")(layers.BatchNormalization(momentum=0.9, name=f"{name}_norm")(x))


def _verdict(x: Any, classes: int) -> Any:
    return layers.Dense(classes, activation="softmax", name="states")(x)
