"""Where the cells of the feature maps are, made in the graph for any size of image."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from maskwatch.export.builder import GraphBuilder
from maskwatch.networks.anchors import LEVELS

CELL = 3
"""Columns of a cell: x and y of its top left corner in pixels, and a one, which lets a product add constants."""
_TO_THE_END = np.iinfo(np.int64).max


def add_cells(graph: GraphBuilder, image: str) -> list[str]:
    """Names of the cells of each of `LEVELS`, float32 (rows * columns, 3), row by row.

    Those of the finest map are the product of two thin matrices; each coarser map has every second row and column of
    the one before.
    """
    grids = [_finest(graph, image, LEVELS[0].stride)]
    for finer, coarser in pairwise(LEVELS):
        grids.append(_thinned(graph, grids[-1], coarser.stride // finer.stride, f"cells/{coarser.stride}"))
    return [graph.reshape(grid, (-1, CELL), f"{grid}/list") for grid in grids]


def _finest(graph: GraphBuilder, image: str, stride: int) -> str:
    """Cells (rows, columns, 3): (y, 1) of each row times ((0, x), (1, 0), (0, 1)) of each column."""
    from onnx import TensorProto

    shape = graph.node("Cast", [graph.node("Shape", [image], "cells/shape")], "cells/sides", to=TensorProto.FLOAT)
    y = _corners(graph, shape, 1, stride, "cells/y")
    x = _corners(graph, shape, 2, stride, "cells/x")
    rows = _line(graph, y, (1, 0), (0, 1), "cells/rows")
    columns = graph.reshape(
        _line(graph, x, (0, 1, 0, 0, 0, 0), (0, 0, 1, 0, 0, 1), "cells/columns"), (-1, 2), "cells/column_pairs"
    )
    return graph.reshape(
        graph.node("Gemm", [rows, columns], "cells/product", transB=1), (0, -1, CELL), f"cells/{stride}"
    )


def _corners(graph: GraphBuilder, shape: str, axis: int, stride: int, name: str) -> str:
    """0, stride, 2 * stride, ... (N, 1), one for each begun ``stride`` pixels of a side of the image."""
    length = graph.node("Gather", [shape, graph.constant(np.int64(axis), f"{name}/axis")], f"{name}/length")
    ends = [graph.constant(np.float32(value), f"{name}/{word}") for value, word in ((0, "start"), (stride, "step"))]
    return graph.reshape(graph.node("Range", [ends[0], length, ends[1]], f"{name}/range"), (-1, 1), name)


def _line(graph: GraphBuilder, values: str, factor: tuple[int, ...], shift: tuple[int, ...], name: str) -> str:
    """Values (N, 1) to rows (N, columns): value * factor + shift."""
    parts = [
        graph.constant(np.array([numbers], np.float32), f"{name}/{word}")
        for numbers, word in ((factor, "factor"), (shift, "shift"))
    ]
    return graph.node("Gemm", [values, *parts], name)


def _thinned(graph: GraphBuilder, grid: str, step: int, name: str) -> str:
    limits = {"start": (0, 0), "end": (_TO_THE_END,) * 2, "axes": (0, 1), "step": (step, step)}
    inputs = [graph.constant(np.array(values, np.int64), f"{name}/{word}") for word, values in limits.items()]
    return graph.node("Slice", [grid, *inputs], name)
