"""A classifier as a model file: ONNX that takes uint8 images, with its card inside."""

from __future__ import annotations

import contextlib
import io
import logging
import tempfile
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras

from maskwatch.detect.card import METADATA_KEY, ModelCard
from maskwatch.detect.classifier import INPUT, OUTPUT
from maskwatch.errors import MissingExtraError


def export_classifier(network: keras.Model, path: Path, card: ModelCard) -> None:
    """Export through Keras' own converter.

    The graph takes ``faces`` uint8 (N, size, size, 3), RGB, and gives ``state_scores`` float32 (N, C), not yet
    calibrated. The file appears under its name only when it is complete.

    Raises:
        MissingExtraError: when the packages for the export are not installed.
    """
    if not all(find_spec(package) for package in ("onnx", "tf2onnx")):
        raise MissingExtraError("train", "Exporting a model")
    import onnx

    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        part = Path(folder) / "model.onnx"
        with _quiet():
            network.export(part, format="onnx", verbose=False)
        model = onnx.load(str(part))
        _rewire(model)
        onnx.helper.set_model_props(model, {METADATA_KEY: card.to_json()})
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, str(part))
        part.replace(path)


def _rewire(model: Any) -> None:
    """Bytes in, and the names by which the file is called."""
    from onnx import TensorProto, helper

    graph = model.graph
    given, result = graph.input[0], graph.output[0]
    size, channels = (given.type.tensor_type.shape.dim[i].dim_value for i in (1, 3))
    classes = result.type.tensor_type.shape.dim[1].dim_value
    inner_input, inner_output = given.name, result.name
    for node in graph.node:  # names that were free in Keras may be ours here
        node.input[:] = [f"keras/{name}" if name == inner_input else name for name in node.input]
        node.output[:] = [f"keras/{name}" if name == inner_output else name for name in node.output]
        node.input[:] = [f"keras/{name}" if name == inner_output else name for name in node.input]
    graph.node.insert(
        0, helper.make_node("Cast", [INPUT], [f"keras/{inner_input}"], name="bytes", to=TensorProto.FLOAT)
    )
    graph.node.append(helper.make_node("Identity", [f"keras/{inner_output}"], [OUTPUT], name="verdict"))
    given.CopyFrom(helper.make_tensor_value_info(INPUT, TensorProto.UINT8, ["N", size, size, channels]))
    result.CopyFrom(helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["N", classes]))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The converter tells every step on standard output and in its log, and warns of its own dated code."""
    logger = logging.getLogger("tf2onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
