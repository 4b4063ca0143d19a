from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("keras", reason="exporting needs the extra: pip install 'maskwatch[train]'")

import keras

from maskwatch.detect.session import OUTPUTS
from maskwatch.export.builder import OPSET, GraphBuilder
from maskwatch.export.decode import add_boxes, add_scores
from maskwatch.export.heads import Head, box_weights
from maskwatch.networks.anchors import LEVELS, AnchorLevel, anchors_for, level_shape

NAMES = [[f"{part}_{level.stride}" for level in LEVELS] for part in ("box_map", "score_map")]


@pytest.fixture(scope="module")
def session() -> Any:
    """The end of the graph alone, which takes the maps of the heads."""
    import onnxruntime
    from onnx import TensorProto, helper

    graph = GraphBuilder()
    add_boxes(graph, NAMES[0], "image")
    add_scores(graph, NAMES[1])
    inputs = [helper.make_tensor_value_info("image", TensorProto.UINT8, [1, "height", "width", 3])]
    inputs += [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, None, None, None]) for name in chain(*NAMES)]
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in OUTPUTS]
    built = helper.make_graph(graph.nodes, "end", inputs, outputs, graph.weights)
    model = helper.make_model(built, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


def folded(level: AnchorLevel, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Corrections (N, 4 * sides) as the box convolution gives them when its weights are those of `box_weights`."""
    columns = 4 * len(level.sides)
    layer = keras.layers.Conv2D(columns, 1)
    layer.build((None, None, None, columns))
    layer.set_weights([np.eye(columns, dtype=np.float32)[None, None], np.zeros(columns, np.float32)])
    kernel, bias = box_weights(Head(level, layer, None))
    return rows @ kernel[0, 0].astype(np.float64) + bias


def feeds(rows: NDArray[np.float64], height: int, width: int) -> dict[str, NDArray[Any]]:
    """Rows (A, 8), as the networks give them, as the inputs of the session."""
    given: dict[str, NDArray[Any]] = {"image": np.zeros((1, height, width, 3), np.uint8)}
    for level, box, score in zip(LEVELS, *NAMES, strict=True):
        shape = level_shape(height, width, level.stride)
        matched, rows = np.split(rows, [shape[0] * shape[1] * len(level.sides)])
        columns = 4 * len(level.sides)
        for name, values in (
            (box, folded(level, matched[:, :4].reshape(-1, columns))),
            (score, matched[:, 4:].reshape(-1, columns)),
        ):
            given[name] = values.reshape(1, *shape, columns).transpose(0, 3, 1, 2).astype(np.float32)
    return given


def expected(rows: NDArray[np.float64], height: int, width: int) -> list[NDArray[np.float64]]:
    """Boxes, face scores and state scores, written out in double precision."""
    anchors = anchors_for(height, width).astype(np.float64)
    centre = anchors[:, :2] + rows[:, :2] * 0.1 * anchors[:, 2:]
    half = np.exp(rows[:, 2:4].clip(-10, 10) * 0.2) * anchors[:, 2:] / 2
    any_face = np.logaddexp.reduce(rows[:, 5:], axis=1)
    states = np.exp(rows[:, 5:] - any_face[:, None])
    return [np.concatenate([centre - half, centre + half], axis=1), 1 / (1 + np.exp(rows[:, 4] - any_face)), states]


@pytest.mark.parametrize(("height", "width"), [(240, 320), (16, 16), (48, 112), (208, 80), (16, 336), (480, 640)])
def test_boxes_and_scores_are_those_of_the_formulas(session: Any, height: int, width: int) -> None:
    rng = np.random.default_rng(height)
    count = len(anchors_for(height, width))
    rows = np.concatenate([rng.normal(0, 2, (count, 4)), rng.normal(0, 5, (count, 4))], axis=1)
    boxes, faces, states = session.run(OUTPUTS, feeds(rows, height, width))
    wanted = expected(rows, height, width)
    assert [boxes.shape, faces.shape, states.shape] == [(count, 4), (count,), (count, 3)]
    assert np.abs(boxes - wanted[0]).max() < 1e-3
    assert np.abs(faces - wanted[1]).max() < 1e-6
    assert np.abs(states - wanted[2]).max() < 1e-6


def test_sizes_are_limited_and_places_are_not(session: Any) -> None:
    rows = np.zeros((len(anchors_for(32, 48)), 8))
    rows[:, :4] = np.random.default_rng(0).choice([-300, -10.5, 10.5, 300], (len(rows), 4))
    boxes = session.run(OUTPUTS, feeds(rows, 32, 48))[0]
    assert np.allclose(boxes, expected(rows, 32, 48)[0], rtol=1e-6, atol=1e-3)


def test_certain_logits_keep_their_scores(session: Any) -> None:
    rows = np.zeros((len(anchors_for(64, 64)), 8))
    rows[:, 4:] = np.random.default_rng(0).choice([-50, -45, 0, 45, 50], (len(rows), 4))
    _, faces, states = session.run(OUTPUTS, feeds(rows, 64, 64))
    _, wanted_faces, wanted_states = expected(rows, 64, 64)
    assert np.allclose(faces, wanted_faces, rtol=1e-5, atol=1e-30)
    assert np.allclose(states, wanted_states, rtol=1e-5, atol=1e-30)


def test_no_logits_make_scores_that_are_no_numbers(session: Any) -> None:
    rows = np.zeros((len(anchors_for(64, 64)), 8))
    rows[:, 4:] = np.random.default_rng(0).choice([-1e4, 0, 1e4], (len(rows), 4))
    _, faces, states = session.run(OUTPUTS, feeds(rows, 64, 64))
    assert np.isfinite(faces).all()
    assert np.allclose(states.sum(axis=1), 1)
