"""Small classifiers as model files, built node by node: bright faces wear a mask, dark ones do not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from maskwatch.detect.card import METADATA_KEY, ModelCard
from maskwatch.detections import STATE_NAMES


def write_classifier(path: Path, card: ModelCard | None = None, outputs: int | None = None) -> Path:
    """Write a classifier whose logit of with_mask rises with the mean brightness of the face.

    Args:
        path: the file.
        card: what it says of itself; the default knows all three states.
        outputs: number of probabilities; None gives as many as the card has states.
    """
    onnx = pytest.importorskip("onnx", reason="needs the extra: pip install 'maskwatch[train]'")
    from onnx import TensorProto, helper, numpy_helper

    card = card or ModelCard("bright", "0", task="classifier", imgsz=8)
    count = outputs or len(card.classes)
    weight = np.zeros((1, count), np.float32)
    weight[0, 0], weight[0, -1] = 1 / 32, -1 / 32
    bias = np.zeros(count, np.float32)
    bias[0], bias[-1] = -4, 4
    nodes = [
        helper.make_node("Cast", ["faces"], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["pixels"], ["mean"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Unsqueeze", ["mean", "one"], ["column"]),
        helper.make_node("MatMul", ["column", "weight"], ["scaled"]),
        helper.make_node("Add", ["scaled", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["state_scores"], axis=1),
    ]
    constants = {"one": np.array([1], np.int64), "weight": weight, "bias": bias}
    graph = helper.make_graph(
        nodes,
        "bright",
        [helper.make_tensor_value_info("faces", TensorProto.UINT8, ["N", card.imgsz, card.imgsz, 3])],
        [helper.make_tensor_value_info("state_scores", TensorProto.FLOAT, ["N", count])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    helper.set_model_props(model, {METADATA_KEY: card.to_json()})
    onnx.save(model, str(path))
    return path


def two_states(**fields: object) -> ModelCard:
    """The card of a classifier that has never seen a mask worn incorrectly."""
    values = {"imgsz": 8, "classes": (STATE_NAMES[0], STATE_NAMES[2]), **fields}
    return ModelCard("bright", "0", task="classifier", **values)  # type: ignore[arg-type]
