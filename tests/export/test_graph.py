from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("keras", reason="exporting needs the extra: pip install 'maskwatch[train]'")

from maskwatch.detect.card import ModelCard
from maskwatch.errors import ModelError
from maskwatch.export import export_detector
from maskwatch.export.layers import check_plain
from maskwatch.networks.single_shot import FAMILY, build_single_shot


@pytest.mark.parametrize("name", FAMILY)
def test_paddings_are_in_convolutions_and_narrow_columns_are_left_alone(tmp_path: Path, name: str) -> None:
    import onnx

    export_detector(build_single_shot(FAMILY[name]), tmp_path / "model.onnx", ModelCard("test", "0"))
    graph = onnx.load(tmp_path / "model.onnx").graph
    kinds = [node.op_type for node in graph.node]
    assert not {"Pad", "Split", "Softmax", "ReduceLogSumExp", "Mul"} & set(kinds)
    assert kinds.count("DequantizeLinear") == 1
    used = {taken for node in graph.node for taken in node.input}
    assert {weight.name for weight in graph.initializer} <= used


def test_a_convolution_with_an_activation_of_its_own_is_refused() -> None:
    import keras

    check_plain(keras.layers.Conv2D(4, 3))
    for layer in (keras.layers.Conv2D(4, 3, activation="relu"), keras.layers.DepthwiseConv2D(3, depth_multiplier=2)):
        with pytest.raises(ModelError, match="cannot be exported"):
            check_plain(layer)
