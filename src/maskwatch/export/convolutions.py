"""Convolutions of a Keras network as nodes of an ONNX graph."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from maskwatch.errors import ModelError
from maskwatch.export.builder import GraphBuilder
from maskwatch.export.layers import check_plain

Weights = list[NDArray[np.float32]]
"""Kernel in Keras' order, and the bias where there is one."""


def add_convolution(graph: GraphBuilder, layer: Any, source: str, weights: Weights | None = None) -> str:
    """Add a convolution, dense or depthwise, with other weights than the layer's where some are given."""
    check_plain(layer)
    kernel, *bias = (np.asarray(value, np.float32) for value in weights or layer.get_weights())
    if layer.padding != "valid":
        raise ModelError(f"layer '{layer.name}': padding '{layer.padding}' cannot be exported; pad with ZeroPadding2D")
    depthwise = isinstance(layer, layers.DepthwiseConv2D)
    kernel = kernel.transpose(2, 3, 0, 1) if depthwise else kernel.transpose(3, 2, 0, 1)
    inputs = [source, graph.constant(kernel, f"{layer.name}/kernel")]
    if bias:
        inputs.append(graph.constant(bias[0], f"{layer.name}/bias"))
    attributes: dict[str, Any] = {
        "strides": list(layer.strides),
        "dilations": list(layer.dilation_rate),
        "kernel_shape": list(layer.kernel_size),
        "group": kernel.shape[0] if depthwise else layer.groups,
    }
    return graph.node("Conv", inputs, layer.name, **_merged_padding(graph, inputs), **attributes)


def add_padding(graph: GraphBuilder, layer: keras.Layer, source: str) -> str:
    """Add zeros around a map; convolutions that come after take them over, see `drop_padding`."""
    (top, bottom), (left, right) = layer.padding
    pads = graph.constant(np.array([0, 0, top, left, 0, 0, bottom, right], np.int64), f"{layer.name}/pads")
    return graph.node("Pad", [source, pads], layer.name)


def _merged_padding(graph: GraphBuilder, inputs: list[str]) -> dict[str, list[int]]:
    """Take over the zero padding that stands before a convolution, in place of a node of its own."""
    from onnx import numpy_helper

    before = next((node for node in graph.nodes if node.op_type == "Pad" and node.output[0] == inputs[0]), None)
    if before is None:
        return {}
    inputs[0] = before.input[0]
    pads = next(weight for weight in graph.weights if weight.name == before.input[1])
    top_left, bottom_right = numpy_helper.to_array(pads).reshape(2, 4)[:, 2:].tolist()
    return {"pads": [*top_left, *bottom_right]}


def drop_padding(graph: GraphBuilder) -> None:
    """Leave out paddings that convolutions have taken over."""
    taken = {name for node in graph.nodes for name in node.input}
    idle = [node for node in graph.nodes if node.op_type == "Pad" and node.output[0] not in taken]
    pads = {node.input[1] for node in idle}
    graph.nodes = [node for node in graph.nodes if node not in idle]
    graph.weights = [weight for weight in graph.weights if weight.name not in pads]
