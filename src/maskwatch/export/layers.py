"""How the layers of a Keras network hang together."""

from __future__ import annotations

import keras

from maskwatch.errors import ModelError


def sources(layer: keras.Layer) -> list[str]:
    """Names of the layers that a layer takes its inputs from, in order."""
    tensors = layer.input if isinstance(layer.input, list) else [layer.input]
    return [tensor._keras_history.operation.name for tensor in tensors]


def takers(network: keras.Model, name: str) -> list[keras.Layer]:
    """The layers that take the output of the layer ``name``."""
    inner = [layer for layer in network.layers if not isinstance(layer, keras.layers.InputLayer)]
    return [layer for layer in inner if name in sources(layer)]


def input_name(network: keras.Model) -> str:
    """The name of the layer through which the image comes in."""
    return str(network.input._keras_history.operation.name)


def check_plain(convolution: keras.Layer) -> None:
    """Refuse a convolution that does more than convolve: its graph would leave that out without a word.

    Raises:
        ModelError: when it has an activation of its own, or several filters for each channel.
    """
    if convolution.activation is not keras.activations.linear or getattr(convolution, "depth_multiplier", 1) != 1:
        raise not_ours(convolution)


def not_ours(layer: keras.Layer) -> ModelError:
    """What to raise about a layer that cannot be exported, or stands where it cannot."""
    kind = type(layer).__name__
    return ModelError(f"layer '{layer.name}' ({kind}) cannot be exported; use the layers of our networks")
