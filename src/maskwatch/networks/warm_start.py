"""Start the single-shot network from the weights of the Ultra-Light RFB masked-face detector (Linzaer, MIT)."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from maskwatch.errors import MissingExtraError, ModelError

ULTRA_LIGHT_CREDIT = (
    "Started from the weights of the Ultra-Light RFB masked-face detector, MIT, (c) 2019 Hao Gao, "
    "https://github.com/Linzaer/Ultra-Light-Fast-Generic-Face-Detector-1MB"
)
"""Goes on the card of every model that began with these weights."""
_BACKGROUND, _FACE, _MASKED = 0, 1, 2
_INCORRECT_OFFSET = -1.0
"""Log-odds given to worn_incorrectly at the start, against the mean of unmasked and masked: the rarer state."""


def load_ultra_light(model: keras.Model, path: Path) -> int:
    """Copy the convolutions of an Ultra-Light RFB ``.onnx`` (two classes: face, masked_face) into ``model``.

    The class heads are widened: with_mask starts as masked_face, without_mask as face, worn_incorrectly between.

    Returns:
        The number of layers that were filled; the rest (ours) keep their own start.

    Raises:
        ModelError: when the file is no such network.
    """
    weights = _convolutions(path)
    targets = [
        layer
        for layer in _in_graph_order(model)
        if isinstance(layer, layers.Conv2D | layers.DepthwiseConv2D)
        and not layer.name.startswith(("top_down", "refine", "deeper"))
    ]
    if len(weights) != len(targets):
        raise ModelError(f"{path}: {len(weights)} convolutions, expected {len(targets)}; is it an Ultra-Light RFB?")
    for layer, (kernel, bias) in zip(targets, weights, strict=True):
        if "_score" in layer.name and "_depthwise" not in layer.name:
            kernel, bias = _widen(kernel), _widen(bias)
        layout = (2, 3, 0, 1) if isinstance(layer, layers.DepthwiseConv2D) else (2, 3, 1, 0)
        try:
            layer.set_weights([kernel.transpose(layout), bias])
        except ValueError as error:
            raise ModelError(f"{path}: layer {layer.name} has another shape ({error})") from error
    return len(targets)


def _in_graph_order(model: keras.Model) -> list[keras.Layer]:
    """Layers in the order in which the Ultra-Light file lists its convolutions."""
    order = {name: i for i, name in enumerate(_STEM_TO_HEADS)}

    def key(layer: keras.Layer) -> tuple[int, int]:
        prefix = next((p for p in sorted(order, key=len, reverse=True) if layer.name.startswith(p)), "")
        return order.get(prefix, len(order)), model.layers.index(layer)

    return sorted(model.layers, key=key)


_STEM_TO_HEADS = (
    "stem", "stage8_", "rfb_a", "rfb_b", "rfb_c", "rfb_linear", "rfb_shortcut", "head_8_score", "head_8_box",
    "stage16_", "head_16_score", "head_16_box", "stage32_", "head_32_score", "head_32_box",
    "stage64_", "head_64_score", "head_64_box",
)  # fmt: skip


def _convolutions(path: Path) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    try:
        import onnx
        from onnx import numpy_helper
    except ImportError as error:
        raise MissingExtraError("train", "Reading weights from an ONNX file") from error
    try:
        graph = onnx.load(str(path)).graph
    except Exception as error:  # protobuf raises its own, undocumented errors
        raise ModelError(f"{path}: not an ONNX file ({error})") from error
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    return [(values[n.input[1]], values[n.input[2]]) for n in graph.node if n.op_type == "Conv"]


def _widen(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """(anchors * 3, ...) rows of background, face, masked_face to (anchors * 4, ...) of background and our states."""
    rows = values.reshape(-1, 3, *values.shape[1:])
    between = (rows[:, _FACE] + rows[:, _MASKED]) / 2
    if values.ndim == 1:
        between = between + _INCORRECT_OFFSET
    wide = np.stack([rows[:, _BACKGROUND], rows[:, _MASKED], between, rows[:, _FACE]], axis=1)
    return np.asarray(wide.reshape(-1, *values.shape[1:]), np.float32)
