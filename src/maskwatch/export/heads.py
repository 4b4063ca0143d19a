"""The last convolutions of a network, with the constants of the boxes worked into their weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import layers

from maskwatch.export.convolutions import Weights
from maskwatch.export.layers import not_ours, sources
from maskwatch.networks.anchors import CENTRE_VARIANCE, LEVELS, SIZE_VARIANCE, AnchorLevel

COLUMNS = 4
"""Of the rows of a head: x, y, width and height of a box; background and the three states of the scores."""
UNIT = 2.0**20
"""Pixels that one stands for in the positions that the box convolutions give.

So large that limits meant for sizes do not touch any position; a power of two, so that nothing is lost."""


@dataclass(frozen=True)
class Head:
    """The two convolutions that speak of one feature map."""

    level: AnchorLevel
    box: Any
    score: Any


def heads_of(network: keras.Model) -> list[Head]:
    """The heads of a network, one for each of `LEVELS`.

    Raises:
        ModelError: when the network does not end in heads that are joined as in ours.
    """
    by_name = {layer.name: layer for layer in network.layers}
    last = by_name[network.output._keras_history.operation.name]
    joined = [by_name[name] for name in sources(_checked(last, layers.Concatenate))]
    if len(joined) != len(LEVELS):
        raise not_ours(last)
    heads = []
    for level, rows in zip(LEVELS, joined, strict=True):
        parts = [by_name[name] for name in sources(_checked(rows, layers.Concatenate))]
        if len(parts) != 2:
            raise not_ours(rows)
        heads.append(Head(level, *(_convolution(by_name, part, level) for part in parts)))
    return heads


def _checked(layer: keras.Layer, kind: Any) -> Any:
    if not isinstance(layer, kind):
        raise not_ours(layer)
    return layer


def _convolution(by_name: dict[str, keras.Layer], rows: keras.Layer, level: AnchorLevel) -> Any:
    """The convolution that a reshape to rows takes its map from."""
    if _checked(rows, layers.Reshape).target_shape != (-1, COLUMNS):
        raise not_ours(rows)
    layer = by_name[sources(rows)[0]]
    while isinstance(layer, layers.Identity):
        layer = by_name[sources(layer)[0]]
    if _checked(layer, layers.Conv2D).filters != COLUMNS * len(level.sides):
        raise not_ours(layer)
    return layer


def box_weights(head: Head) -> Weights:
    """Weights with which the box convolution gives, for each anchor, what `maskwatch.export.decode` goes on with.

    That is: the box's centre as seen from the top left corner of its cell, x and y, in units of `UNIT` pixels; and the
    natural logarithms of its width and height, in units of the anchor's side.
    """
    kernel, *bias = (np.asarray(value, np.float64) for value in head.box.get_weights())
    sides = np.array(head.level.sides, np.float64)
    factor = np.full((len(sides), COLUMNS), SIZE_VARIANCE)
    factor[:, :2] = CENTRE_VARIANCE * sides[:, None] / UNIT
    middle = np.zeros((len(sides), COLUMNS))
    middle[:, :2] = head.level.stride / 2 / UNIT
    shift = (bias[0] if bias else 0.0) * factor.ravel() + middle.ravel()
    return [(kernel * factor.ravel()).astype(np.float32), shift.astype(np.float32)]
