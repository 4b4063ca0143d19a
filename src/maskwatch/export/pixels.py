"""The beginning of the exported graph: pixels in, scaled, and through the first convolution.

Turning an image to channels first, making floats of it and scaling them takes four passes over all pixels, a tenth of
the running time of a small network. Here it is one pass: an image (H, W, 3) lies in memory as a map of H rows and 3 W
columns, red, green and blue by turns; on that map, a convolution of K x K pixels is one of K rows and 3 K columns that
steps three columns for one.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers

from maskwatch.export.builder import GraphBuilder
from maskwatch.export.layers import check_plain, input_name, not_ours, takers

_COLOURS = 3


def add_stem(graph: GraphBuilder, network: keras.Model, image: str) -> dict[str, str]:
    """Add what a network begins with: scaling, zero padding and a convolution.

    Args:
        graph: to be added to.
        network: one that begins in this way.
        image: name of the graph's input, uint8 (1, H, W, 3).

    Returns:
        By layer, the name of the value that holds its output; "" where no later layer takes it.

    Raises:
        ModelError: when it begins in another way.
    """
    first = input_name(network)
    scale = _next(network, first, layers.Rescaling)
    pad = _next(network, scale.name, layers.ZeroPadding2D)
    convolution = _next(network, pad.name, layers.Conv2D)
    if convolution.padding != "valid" or convolution.groups != 1 or set(convolution.dilation_rate) != {1}:
        raise not_ours(convolution)
    value = _convolution(graph, convolution, pad, _scaled(graph, scale, image))
    return {first: "", scale.name: "", pad.name: "", convolution.name: value}


def _next(network: keras.Model, name: str, kind: Any) -> Any:
    following = takers(network, name)
    for layer in following:
        if not isinstance(layer, kind) or len(following) > 1:
            raise not_ours(layer)
    return following[0]


def _scaled(graph: GraphBuilder, layer: Any, image: str) -> str:
    """Float32 (1, 1, H, 3 W), scaled as the layer does: (pixel - zero) * scale in one pass."""
    if np.ndim(layer.scale) or np.ndim(layer.offset):
        raise not_ours(layer)
    zero = -layer.offset / layer.scale
    if zero != round(zero) or not 0 <= zero <= 255:
        raise not_ours(layer)
    rows = graph.reshape(image, (1, 0, -1), "pixels/rows")
    flat = graph.node("Unsqueeze", [rows, graph.constant(np.array([0], np.int64), "pixels/axis")], "pixels/map")
    scale = graph.constant(np.float32(layer.scale), f"{layer.name}/scale")
    return graph.node("DequantizeLinear", [flat, scale, graph.constant(np.uint8(zero), f"{layer.name}/zero")], "pixels")


def _convolution(graph: GraphBuilder, layer: Any, pad: Any, source: str) -> str:
    check_plain(layer)
    kernel, *bias = (np.asarray(value, np.float32) for value in layer.get_weights())
    rows, columns, _, filters = kernel.shape
    flat = kernel.reshape(rows, columns * _COLOURS, 1, filters).transpose(3, 2, 0, 1)
    inputs = [source, graph.constant(flat, f"{layer.name}/kernel")]
    inputs += [graph.constant(value, f"{layer.name}/bias") for value in bias]
    (top, bottom), (left, right) = pad.padding
    return graph.node(
        "Conv", inputs, layer.name, kernel_shape=[rows, columns * _COLOURS],
        strides=[layer.strides[0], layer.strides[1] * _COLOURS],
        pads=[top, left * _COLOURS, bottom, right * _COLOURS],
    )  # fmt: skip
