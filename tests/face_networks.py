"""A face detector's network as a file, with one face planted in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest


def write_retinaface(path: Path, *, side: int, stride: int, square: int, row: int, column: int) -> Path:
    """RetinaFace of a fixed input ``side``, as its publishers export it: says the same of every image.

    The face lies at one prior, moved right by 0.5 (in units of a tenth of the prior's side), and e to the 0.2 larger.

    Args:
        path: the file.
        side: of the input, pixels.
        stride: 8, 16 or 32.
        square: 0 for the smaller, 1 for the larger prior of the cell.
        row: of the cell.
        column: of the cell.
    """
    onnx = pytest.importorskip("onnx", reason="needs the extra: pip install 'maskwatch[train]'")
    from onnx import TensorProto, helper, numpy_helper

    before = sum(2 * (side // finer) ** 2 for finer in (8, 16, 32) if finer < stride)
    place = before + 2 * (row * (side // stride) + column) + square
    count = sum(2 * (side // each) ** 2 for each in (8, 16, 32))
    landmarks, boxes = np.zeros((1, count, 10), np.float32), np.zeros((1, count, 4), np.float32)
    scores = np.tile(np.array([0.99, 0.01], np.float32), (1, count, 1))
    boxes[0, place], scores[0, place] = (0.5, 0, 1, 1), (0.1, 0.9)
    outputs = {"landmarks": landmarks, "boxes": boxes, "scores": scores}
    nodes = [helper.make_node("ReduceMin", ["image"], ["least"], axes=[0, 1, 2, 3], keepdims=0)]
    nodes.append(helper.make_node("Mul", ["least", "zero"], ["nothing"]))
    nodes += [helper.make_node("Add", [f"stored_{name}", "nothing"], [name]) for name in outputs]
    graph = helper.make_graph(
        nodes,
        "planted",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, side, side])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, value.shape) for name, value in outputs.items()],
        [numpy_helper.from_array(value, f"stored_{name}") for name, value in outputs.items()]
        + [numpy_helper.from_array(np.zeros((), np.float32), "zero")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), str(path))
    return path
