"""Batch normalisation worked into the convolutions before it, as it is exported."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers


def fold_batch_norm(network: keras.Model) -> keras.Model:
    """The same network with every batch normalisation worked into the convolution before it.

    Converters do this for most graphs; here it is done, and checked, before any of them sees the network. A network
    without batch normalisation is given back as it is.
    """
    pairs = dict(_normalised_convolutions(network))
    if not pairs:
        return network
    folded: dict[str, list[np.ndarray]] = {}

    def clone(layer: keras.Layer) -> keras.Layer:
        config = layer.get_config()
        if layer.name in pairs.values():
            return layers.Identity(name=layer.name)
        if layer.name in pairs:
            config["use_bias"] = True
            folded[layer.name] = _fold(layer, network.get_layer(pairs[layer.name]))
        return type(layer).from_config(config)

    def call(layer: keras.Layer, *args: Any, **kwargs: Any) -> Any:
        # The graph remembers options of the normalisation, such as a mask, that its stand-in does not have
        return layer(*args) if isinstance(layer, layers.Identity) else layer(*args, **kwargs)

    copy = keras.models.clone_model(network, clone_function=clone, call_function=call)
    for layer in copy.layers:
        if layer.weights:
            layer.set_weights(folded.get(layer.name) or network.get_layer(layer.name).get_weights())
    return copy


def _normalised_convolutions(network: keras.Model) -> list[tuple[str, str]]:
    """(convolution, batch normalisation) for each normalisation fed by a convolution alone."""
    pairs = []
    for layer in network.layers:
        if isinstance(layer, layers.BatchNormalization):
            before = layer.input._keras_history.operation
            if isinstance(before, layers.Conv2D | layers.DepthwiseConv2D) and len(before._outbound_nodes) == 1:
                pairs.append((before.name, layer.name))
    return pairs


def _fold(convolution: keras.Layer, norm: keras.Layer) -> list[np.ndarray]:
    kernel, *bias = convolution.get_weights()
    variables = {v.name: np.asarray(v) for v in norm.weights}
    factor = variables.get("gamma", 1.0) / np.sqrt(variables["moving_variance"] + norm.epsilon)
    shift = variables.get("beta", 0.0) + ((bias[0] if bias else 0.0) - variables["moving_mean"]) * factor
    depthwise = isinstance(convolution, layers.DepthwiseConv2D)
    scaled = kernel * (factor.reshape(1, 1, *kernel.shape[2:]) if depthwise else factor)
    return [scaled, shift]
