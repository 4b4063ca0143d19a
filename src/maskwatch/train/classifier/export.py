"""Export of a classifier as a model file: ONNX with uint8 input and the model card."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras

from maskwatch.detect.card import METADATA_KEY, ModelCard
from maskwatch.detect.classifier import INPUT, OUTPUT
from maskwatch.errors import MissingExtraError
from maskwatch.files import replacing


def export_classifier(network: keras.Model, path: Path, card: ModelCard) -> None:
    """Export with Keras' converter.

    Input of the graph: ``faces`` uint8 (N, size, size, 3), RGB. Output: ``state_scores`` float32 (N, C), uncalibrated.

    Raises:
        MissingExtraError: when a package for the export is not installed.
        SinkError: when the file cannot be written; an older file stays.
    """
    if not all(find_spec(package) for package in ("onnx", "tf2onnx")):
        raise MissingExtraError("train", "Exporting a model")
    import onnx

    with replacing(path) as part:
        with _quiet():
            network.export(part, format="onnx", verbose=False)
        model = onnx.load(str(part))
        _rewire(model)
        onnx.helper.set_model_props(model, {METADATA_KEY: card.to_json()})
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, str(part))


def _rewire(model: Any) -> None:
    """Cast uint8 input to float, and name input and output as `FaceClassifier` expects."""
    from onnx import TensorProto, helper

    graph = model.graph
    source, result = graph.input[0], graph.output[0]
    size, channels = (source.type.tensor_type.shape.dim[i].dim_value for i in (1, 3))
    classes = result.type.tensor_type.shape.dim[1].dim_value
    inner_input, inner_output = source.name, result.name
    for node in graph.node:  # Keras may use our names inside the graph
        node.input[:] = [f"keras/{name}" if name == inner_input else name for name in node.input]
        node.output[:] = [f"keras/{name}" if name == inner_output else name for name in node.output]
        node.input[:] = [f"keras/{name}" if name == inner_output else name for name in node.input]
    graph.node.insert(
        0, helper.make_node("Cast", [INPUT], [f"keras/{inner_input}"], name="bytes", to=TensorProto.FLOAT)
    )
    graph.node.append(helper.make_node("Identity", [f"keras/{inner_output}"], [OUTPUT], name="output"))
    source.CopyFrom(helper.make_tensor_value_info(INPUT, TensorProto.UINT8, ["N", size, size, channels]))
    result.CopyFrom(helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["N", classes]))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Silence the converter, which reports every step and warns about its own deprecated calls."""
    logger = logging.getLogger("tf2onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
