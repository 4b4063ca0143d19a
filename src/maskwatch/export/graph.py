"""From a Keras network to an ONNX graph, layer by layer, in the layout that CPUs like best (channels first).

A general converter carries Keras' channels-last layout, padding layers and batch norms into the graph, which costs a
third of the running time of networks as small as ours. The layers that our networks are made of are few; each has a
function here.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers

from maskwatch.errors import ModelError
from maskwatch.export.builder import GraphBuilder
from maskwatch.export.convolutions import Weights, add_convolution, add_padding, drop_padding
from maskwatch.export.layers import not_ours, sources


def add_layers(
    graph: GraphBuilder, network: keras.Model, values: dict[str, str], wanted: list[str], weights: dict[str, Weights]
) -> list[str]:
    """Add layers of a network to the graph.

    Args:
        graph: to be added to.
        network: functional, without batch normalisation (fold it first).
        values: by layer, the names of the values float32 (1, channels, H, W) that are in the graph already.
        wanted: names of the layers whose outputs are asked for; layers after the last of them are left out.
        weights: of the convolutions, by layer, that are to have others than their own.

    Returns:
        The names of the wanted values.

    Raises:
        ModelError: when the network has a layer that cannot be exported.
    """
    values = dict(values)
    for layer in network.layers:
        if all(name in values for name in wanted):
            break
        if layer.name in values:
            continue
        inputs = [values[source] for source in sources(layer)]
        if layer.name in weights:
            values[layer.name] = add_convolution(graph, layer, inputs[0], weights[layer.name])
        else:
            values[layer.name] = _layer(graph, layer, inputs)
    drop_padding(graph)
    return [values[name] for name in wanted]


def _layer(graph: GraphBuilder, layer: keras.Layer, inputs: list[str]) -> str:
    match layer:
        case layers.DepthwiseConv2D() | layers.Conv2D():
            return add_convolution(graph, layer, inputs[0])
        case layers.ZeroPadding2D():
            return add_padding(graph, layer, inputs[0])
        case layers.ReLU():
            return graph.node("Relu", inputs, layer.name)
        case layers.Add():
            return graph.node("Add", inputs, layer.name)
        case layers.Concatenate():
            return graph.node("Concat", inputs, layer.name, axis=_concat_axis(layer))
        case layers.UpSampling2D():
            return _upsampling(graph, layer, inputs[0])
        case layers.Identity():
            return inputs[0]
    raise not_ours(layer)


def _concat_axis(layer: Any) -> int:
    """Rows of a map are axis 2 here, columns 3, and channels 1."""
    return {1: 2, 2: 3, 3: 1}[layer.axis % 4]


def _upsampling(graph: GraphBuilder, layer: Any, source: str) -> str:
    if layer.interpolation != "nearest":
        raise ModelError(f"layer '{layer.name}': interpolation '{layer.interpolation}' cannot be exported; use nearest")
    factors = graph.constant(np.array([1, 1, *layer.size], np.float32), f"{layer.name}/factors")
    return graph.node(
        "Resize", [source, "", factors], layer.name, mode="nearest",
        coordinate_transformation_mode="asymmetric", nearest_mode="floor",
    )  # fmt: skip
