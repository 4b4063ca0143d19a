"""The ends of the exported graph: pixels in, and boxes and scores out of the network's rows."""

from __future__ import annotations

import numpy as np

from maskwatch.detect.session import OUTPUTS
from maskwatch.export.graph import GraphBuilder
from maskwatch.train.networks.anchors import CENTRE_VARIANCE, LEVELS, SIZE_VARIANCE, AnchorLevel


def add_pixels(graph: GraphBuilder, image: str) -> str:
    """uint8 (1, H, W, 3) to float32 (1, 3, H, W); the bytes are turned before they grow fourfold."""
    from onnx import TensorProto

    first = graph.node("Transpose", [image], "pixels/channels_first", perm=[0, 3, 1, 2])
    return graph.node("Cast", [first], "pixels", to=TensorProto.FLOAT)


def add_decoding(graph: GraphBuilder, rows: str, image: str) -> None:
    """Rows float32 (1, A, 8) of box corrections and logits to the three outputs, in the manner of `decode`."""
    columns = graph.constant(np.array([2, 2, 1, 3], np.int64), "decode/columns")
    flat = graph.node("Squeeze", [rows, graph.constant(np.array([0], np.int64), "decode/first")], "decode/rows")
    parts = [f"decode/{part}" for part in ("offset", "growth", "background", "states")]
    _split(graph, flat, columns, parts)
    offset, growth, background, states = parts
    centres, sides = _anchors(graph, image)
    _boxes(graph, offset, growth, centres, sides)
    graph.node("Softmax", [states], OUTPUTS[2], axis=1)
    any_face = graph.node("ReduceLogSumExp", [states], "decode/any_face", axes=[1], keepdims=1)
    logit = graph.node("Sub", [any_face, background], "decode/logit")
    column = graph.constant(np.array([1], np.int64), "decode/column")
    graph.node("Sigmoid", [graph.node("Squeeze", [logit, column], "decode/flat_logit")], OUTPUTS[1])


def _split(graph: GraphBuilder, source: str, columns: str, names: list[str]) -> None:
    from onnx import helper

    graph.nodes.append(helper.make_node("Split", [source, columns], names, name="decode/split", axis=1))


def _boxes(graph: GraphBuilder, offset: str, growth: str, centres: str, sides: str) -> None:
    by_centre = graph.constant(np.float32(CENTRE_VARIANCE), "decode/centre_variance")
    by_size = graph.constant(np.float32(SIZE_VARIANCE), "decode/size_variance")
    moved = graph.node("Mul", [graph.node("Mul", [offset, by_centre], "decode/step"), sides], "decode/moved")
    centre = graph.node("Add", [centres, moved], "decode/centre")
    limited = graph.node("Clip", [growth, *_limits(graph)], "decode/limited")
    factor = graph.node("Exp", [graph.node("Mul", [limited, by_size], "decode/log_size")], "decode/factor")
    half_side = graph.node("Mul", [sides, graph.constant(np.float32(0.5), "decode/half")], "decode/half_side")
    half = graph.node("Mul", [factor, half_side], "decode/half_size")
    corners = [
        graph.node("Sub", [centre, half], "decode/top_left"),
        graph.node("Add", [centre, half], "decode/bottom_right"),
    ]
    graph.node("Concat", corners, OUTPUTS[0], axis=1)


def _limits(graph: GraphBuilder) -> list[str]:
    return [graph.constant(np.float32(-10), "decode/lowest"), graph.constant(np.float32(10), "decode/highest")]


def _anchors(graph: GraphBuilder, image: str) -> tuple[str, str]:
    """Names of the anchors' centres (A, 2) and sides (A, 1), made in the graph for any size of picture."""
    shape = graph.node("Shape", [image], "anchors/shape")
    size = {
        axis: graph.node("Gather", [shape, graph.constant(np.int64(i), f"anchors/{axis}_axis")], f"anchors/{axis}")
        for i, axis in ((1, "height"), (2, "width"))
    }
    levels = [_level(graph, level, size["height"], size["width"]) for level in LEVELS]
    return (
        graph.node("Concat", [centres for centres, _ in levels], "anchors/centres", axis=0),
        graph.node("Concat", [sides for _, sides in levels], "anchors/sides", axis=0),
    )


def _level(graph: GraphBuilder, level: AnchorLevel, height: str, width: str) -> tuple[str, str]:
    """Centres (rows * columns * sides, 2) as x, y, and sides (the same, 1), of one feature map."""
    name = f"anchors/{level.stride}"
    count = len(level.sides)
    y = _axis(graph, height, level.stride, f"{name}/y", (-1, 1, 1, 1))
    x = _axis(graph, width, level.stride, f"{name}/x", (1, -1, 1, 1))
    zero = graph.node(
        "Mul",
        [
            graph.node("Add", [x, y], f"{name}/sum"),
            graph.constant(np.zeros((1, 1, count, 1), np.float32), f"{name}/zeros"),
        ],
        f"{name}/grid",
    )
    both = [graph.node("Add", [zero, axis], f"{name}/{letter}_grid") for letter, axis in (("x", x), ("y", y))]
    centres = graph.node("Concat", both, f"{name}/centre_grid", axis=3)
    sides = graph.constant(np.array(level.sides, np.float32).reshape(1, 1, count, 1), f"{name}/side")
    side_grid = graph.node("Add", [zero, sides], f"{name}/side_grid")
    return _flat(graph, centres, f"{name}/centres", 2), _flat(graph, side_grid, f"{name}/sides", 1)


def _axis(graph: GraphBuilder, length: str, stride: int, name: str, shape: tuple[int, ...]) -> str:
    """Centres of the cells along one side: (0.5, 1.5, ...) * stride, one for each begun ``stride`` pixels."""
    up = graph.node("Add", [length, graph.constant(np.int64(stride - 1), f"{name}/up")], f"{name}/padded")
    cells = graph.node("Div", [up, graph.constant(np.int64(stride), f"{name}/stride")], f"{name}/cells")
    ends = [graph.constant(np.int64(value), f"{name}/{word}") for value, word in ((0, "start"), (1, "step"))]
    from onnx import TensorProto

    index = graph.node("Range", [ends[0], cells, ends[1]], f"{name}/index")
    number = graph.node("Cast", [index], f"{name}/number", to=TensorProto.FLOAT)
    middle = graph.node("Add", [number, graph.constant(np.float32(0.5), f"{name}/middle")], f"{name}/middles")
    pixels = graph.node("Mul", [middle, graph.constant(np.float32(stride), f"{name}/pixels")], f"{name}/centres")
    return graph.node("Reshape", [pixels, graph.constant(np.array(shape, np.int64), f"{name}/shape")], f"{name}/column")


def _flat(graph: GraphBuilder, grid: str, name: str, columns: int) -> str:
    return graph.node("Reshape", [grid, graph.constant(np.array([-1, columns], np.int64), f"{name}/shape")], name)
