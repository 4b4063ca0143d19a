from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("keras", reason="exporting needs the extra: pip install 'maskwatch[train]'")

import keras
from keras import layers

from maskwatch.errors import ModelError
from maskwatch.export.builder import OPSET, GraphBuilder
from maskwatch.export.pixels import add_stem


def begun(scale: Any = 1 / 128, offset: Any = -127 / 128, **options: Any) -> keras.Model:
    """A network of nothing but its beginning."""
    inputs = keras.Input((None, None, 3), name="image")
    x = layers.Rescaling(scale, offset=offset, name="scale")(inputs)
    x = layers.ZeroPadding2D(((1, 2), (3, 1)), name="pad")(x)
    return keras.Model(inputs, layers.Conv2D(5, (3, 5), name="stem", **{"strides": (2, 3), **options})(x))


@pytest.mark.parametrize(("height", "width"), [(16, 16), (48, 33), (17, 80)])
def test_the_first_convolution_sees_the_scaled_image(height: int, width: int) -> None:
    import onnxruntime
    from onnx import TensorProto, helper

    network, graph = begun(), GraphBuilder()
    network.get_layer("stem").bias.assign(np.arange(5, dtype=np.float32))
    assert add_stem(graph, network, "image")["stem"] == "stem"
    given = [helper.make_tensor_value_info("image", TensorProto.UINT8, [1, "height", "width", 3])]
    result = [helper.make_tensor_value_info("stem", TensorProto.FLOAT, None)]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "stem", given, result, graph.weights),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=8,
    )
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    image = np.random.default_rng(0).integers(0, 256, (1, height, width, 3)).astype(np.uint8)
    wanted = keras.ops.convert_to_numpy(network(image.astype(np.float32))).transpose(0, 3, 1, 2)
    assert np.allclose(session.run(None, {"image": image})[0], wanted, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("network", "name"),
    [
        (lambda: begun(1 / 100, -0.333), "scale"),
        (lambda: begun(1 / 128, 1.0), "scale"),
        (lambda: begun([1.0, 2.0, 3.0], 0.0), "scale"),
        (lambda: begun(padding="same"), "stem"),
        (lambda: begun(strides=1, dilation_rate=2), "stem"),
    ],
)
def test_other_beginnings_are_named(network: Any, name: str) -> None:
    with pytest.raises(ModelError, match=f"layer '{name}'"):
        add_stem(GraphBuilder(), network(), "image")
