"""Nodes and weights of an ONNX graph, as they are collected."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

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

    def reshape(self, source: str, shape: tuple[int, ...], name: str) -> str:
        """Add a reshape to fixed numbers, one -1 and zeros for sides that stay, and return the output's name."""
        return self.node("Reshape", [source, self.constant(np.array(shape, np.int64), f"{name}/shape")], name)
