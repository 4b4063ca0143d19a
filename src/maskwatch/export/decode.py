"""The end of the exported graph: boxes and scores out of the maps of the heads.

What it computes is what `maskwatch.networks.outputs.decode` and `maskwatch.networks.inference.Decode` say. How it
does so is chosen for ONNX Runtime: columns of narrow arrays are neither split nor joined, nor is anything broadcast
along them, because each of these takes some nanoseconds for every row; small matrix products pick and add columns at
a fraction of that.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from maskwatch.detect.session import OUTPUTS
from maskwatch.export.builder import GraphBuilder
from maskwatch.export.grid import CELL, add_cells
from maskwatch.export.heads import COLUMNS, UNIT
from maskwatch.networks.anchors import LEVELS, SIZE_VARIANCE, AnchorLevel

_GROWTH = 10 * SIZE_VARIANCE
"""Limit of the natural logarithm of a box's size in units of the anchor's side, as in `decode`."""
_LOGIT = 80.0
"""Logits beyond this, of either sign, count as this, so that sums of their exponentials stay within float32."""


def add_boxes(graph: GraphBuilder, maps: Sequence[str], image: str) -> None:
    """The output ``boxes``: corners (A, 4) in pixels.

    Args:
        graph: to be added to.
        maps: for each of `LEVELS`, what its box convolution gives with the weights of `box_weights`, float32
            (1, 4 * sides, rows, columns).
        image: name of the graph's input (1, H, W, 3), of which only the size matters.
    """
    parts = []
    for level, cells, given in zip(LEVELS, add_cells(graph, image), maps, strict=True):
        name = f"boxes/{level.stride}"
        rows = _rows(graph, given, _GROWTH, COLUMNS * len(level.sides), name)
        anchors = graph.constant(_anchors(level), f"{name}/anchors")
        placed = graph.node("Gemm", [cells, anchors, rows], f"{name}/placed")
        parts.append(graph.reshape(placed, (-1, COLUMNS), f"{name}/boxes"))
    _corners(graph, graph.node("Concat", parts, "boxes/all", axis=0))


def _corners(graph: GraphBuilder, boxes: str) -> None:
    """Rows (A, 4) of centre x, y in units of `UNIT` pixels, and logarithms of half the width and height, to corners.

    The exponentials of the centres are close to one, and come to nothing in the product.
    """
    keep, drop = np.eye(2), np.zeros((2, 2))
    centre = graph.constant(np.block([[UNIT * keep, UNIT * keep], [drop, drop]]), "boxes/pick_centre", np.float32)
    half = graph.constant(np.block([[drop, drop], [-keep, keep]]), "boxes/pick_half", np.float32)
    middles = graph.node("MatMul", [boxes, centre], "boxes/middles")
    graph.node("Gemm", [graph.node("Exp", [boxes], "boxes/halves"), half, middles], OUTPUTS[0])


def _anchors(level: AnchorLevel) -> NDArray[np.float32]:
    """What each cell (x, y, 1) adds to what a level's convolution says: (3, 4 * sides)."""
    parts = np.zeros((CELL, len(level.sides), COLUMNS))
    parts[0, :, 0] = parts[1, :, 1] = 1 / UNIT
    parts[2, :, 2:] = np.log(np.array(level.sides) / 2)[:, None]
    return parts.reshape(CELL, -1).astype(np.float32)


def add_scores(graph: GraphBuilder, maps: Sequence[str]) -> None:
    """The outputs ``face_scores`` (A,) and ``state_scores`` (A, 3).

    Args:
        graph: to be added to.
        maps: for each of `LEVELS`, its logits of background and the three states, (1, 4 * sides, rows, columns).
    """
    parts = [
        _rows(graph, given, _LOGIT, COLUMNS, f"scores/{level.stride}")
        for level, given in zip(LEVELS, maps, strict=True)
    ]
    odds = graph.node("Exp", [graph.node("Concat", parts, "scores/all", axis=0)], "scores/odds")
    state, face = np.eye(COLUMNS)[:, 1:], np.array([[0], [1], [1], [1]])
    picks = {"state": state, "states": face.repeat(3, axis=1), "face": face, "any": np.ones((COLUMNS, 1))}
    sums = {
        word: graph.node("MatMul", [odds, graph.constant(pick, f"scores/pick_{word}", np.float32)], f"scores/{word}")
        for word, pick in picks.items()
    }
    graph.node("Div", [sums["state"], sums["states"]], OUTPUTS[2])
    column = graph.node("Div", [sums["face"], sums["any"]], "scores/faces")
    graph.node("Squeeze", [column, graph.constant(np.array([1], np.int64), "scores/column")], OUTPUTS[1])


def _rows(graph: GraphBuilder, given: str, limit: float, columns: int, name: str) -> str:
    """A map (1, channels, H, W), kept within the limits, as rows (H * W * channels / columns, columns)."""
    limits = [
        graph.constant(np.float32(value), f"{name}/{word}") for value, word in ((-limit, "least"), (limit, "most"))
    ]
    limited = graph.node("Clip", [given, *limits], f"{name}/limited")
    last = graph.node("Transpose", [limited], f"{name}/channels_last", perm=[0, 2, 3, 1])
    return graph.reshape(last, (-1, columns), f"{name}/rows")
