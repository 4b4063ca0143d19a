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
from numpy.typing import ArrayLike

from maskwatch.errors import ModelError

OPSET = 17


class GraphBuilder:
    """Collects nodes and weights of an ONNX graph; values are named after the layers that make them."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def node(self, op: str, inputs: list[str], name: str, **attributes: Any) -> str:
        """Add a node with one output, and return the output's name, which is the node's."""
        from onnx import helper

        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def constant(self, value: ArrayLike, name: str, dtype: type | None = None) -> str:
        """Add a constant and return its name."""
        from onnx import numpy_helper

        array = np.ascontiguousarray(value, dtype=dtype or np.asarray(value).dtype)
        self.weights.append(numpy_helper.from_array(array.reshape(np.shape(value)), name))
        return name


def add_network(graph: GraphBuilder, network: keras.Model, pixels: str) -> str:
    """Add a network to the graph.

    Args:
        graph: to be added to.
        network: functional, without batch normalisation (fold it first).
        pixels: name of the value float32 (1, 3, H, W) that holds RGB 0..255.

    Returns:
        The name of its output, float32 (1, A, columns).

    Raises:
        ModelError: when the network has a layer that cannot be exported.
    """
    values = {network.input._keras_history.operation.name: pixels}
    for layer in network.layers:
        if layer.name in values:
            continue
        inputs = [values[source] for source in _sources(layer)]
        values[layer.name] = _layer(graph, layer, inputs)
    return values[network.output._keras_history.operation.name]


def _sources(layer: keras.Layer) -> list[str]:
    tensors = layer.input if isinstance(layer.input, list) else [layer.input]
    return [tensor._keras_history.operation.name for tensor in tensors]


def _layer(graph: GraphBuilder, layer: keras.Layer, inputs: list[str]) -> str:
    match layer:
        case layers.DepthwiseConv2D() | layers.Conv2D():
            return _convolution(graph, layer, inputs[0])
        case layers.ZeroPadding2D():
            return _padding(graph, layer, inputs[0])
        case layers.Rescaling():
            scaled = graph.node(
                "Mul",
                [inputs[0], graph.constant(layer.scale, f"{layer.name}/scale", np.float32)],
                f"{layer.name}/scaled",
            )
            return graph.node(
                "Add", [scaled, graph.constant(layer.offset, f"{layer.name}/offset", np.float32)], layer.name
            )
        case layers.ReLU():
            return graph.node("Relu", inputs, layer.name)
        case layers.Add():
            return graph.node("Add", inputs, layer.name)
        case layers.Concatenate():
            return graph.node("Concat", inputs, layer.name, axis=_concat_axis(layer))
        case layers.UpSampling2D():
            return _upsampling(graph, layer, inputs[0])
        case layers.Reshape():
            return _rows(graph, layer, inputs[0])
        case layers.Identity():
            return inputs[0]
    raise ModelError(
        f"layer '{layer.name}' ({type(layer).__name__}) cannot be exported; use the layers of our networks"
    )


def _convolution(graph: GraphBuilder, layer: Any, source: str) -> str:
    kernel, *bias = (np.asarray(value, np.float32) for value in layer.get_weights())
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


def _padding(graph: GraphBuilder, layer: Any, source: str) -> str:
    (top, bottom), (left, right) = layer.padding
    pads = graph.constant(np.array([0, 0, top, left, 0, 0, bottom, right], np.int64), f"{layer.name}/pads")
    return graph.node("Pad", [source, pads], layer.name)


def _merged_padding(graph: GraphBuilder, inputs: list[str]) -> dict[str, list[int]]:
    """Take over the zero padding that stands right before a convolution, in place of a node of its own."""
    from onnx import numpy_helper

    before = graph.nodes[-1] if graph.nodes else None
    if before is None or before.op_type != "Pad" or before.output[0] != inputs[0]:
        return {}
    graph.nodes.pop()
    pads = next(weight for weight in graph.weights if weight.name == before.input[1])
    graph.weights.remove(pads)
    inputs[0] = before.input[0]
    top_left, bottom_right = numpy_helper.to_array(pads).reshape(2, 4)[:, 2:].tolist()
    return {"pads": [*top_left, *bottom_right]}


def _concat_axis(layer: Any) -> int:
    """Channels are axis 1 of pictures here; joined rows keep their axis."""
    rank = len(layer.output.shape)
    axis = layer.axis % rank
    return {1: 2, 2: 3, 3: 1}[axis] if rank == 4 else axis


def _upsampling(graph: GraphBuilder, layer: Any, source: str) -> str:
    if layer.interpolation != "nearest":
        raise ModelError(f"layer '{layer.name}': interpolation '{layer.interpolation}' cannot be exported; use nearest")
    factors = graph.constant(np.array([1, 1, *layer.size], np.float32), f"{layer.name}/factors")
    return graph.node(
        "Resize", [source, "", factors], layer.name, mode="nearest",
        coordinate_transformation_mode="asymmetric", nearest_mode="floor",
    )  # fmt: skip


def _rows(graph: GraphBuilder, layer: Any, source: str) -> str:
    """A map (1, anchors * columns, H, W) to rows (1, H * W * anchors, columns)."""
    if len(layer.target_shape) != 2 or layer.target_shape[0] != -1:
        raise ModelError(f"layer '{layer.name}': only reshapes to rows (-1, columns) can be exported")
    last = graph.node("Transpose", [source], f"{layer.name}/channels_last", perm=[0, 2, 3, 1])
    shape = graph.constant(np.array([1, -1, layer.target_shape[1]], np.int64), f"{layer.name}/shape")
    return graph.node("Reshape", [last, shape], layer.name)
