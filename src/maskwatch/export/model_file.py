"""The model file: an ONNX graph that takes pixels and gives boxes, with its card inside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from maskwatch.detect.card import METADATA_KEY, ModelCard
from maskwatch.detect.session import OUTPUTS
from maskwatch.detections import MaskState
from maskwatch.errors import MissingExtraError

if TYPE_CHECKING:
    import keras


def export_detector(network: keras.Model, path: Path, card: ModelCard) -> None:
    """Export a single-shot network.

    The graph takes uint8 (1, H, W, 3) with sides that are multiples of ``card.multiple``, scales and decodes inside,
    and gives ``boxes`` float32 (A, 4) in input pixels, ``face_scores`` (A,) and ``state_scores`` (A, 3). Batch norms
    are folded. The file appears under its name only when it is complete.

    Raises:
        MissingExtraError: when the packages for the export are not installed.
        ModelError: when the network has a layer that cannot be exported.
    """
    try:
        import onnx
    except ImportError as error:
        raise MissingExtraError("train", "Exporting a model") from error

    model = _model(network)
    onnx.helper.set_model_props(model, {METADATA_KEY: card.to_json()})
    onnx.checker.check_model(model, full_check=True)
    part = path.with_name(f".{path.name}.part")
    try:
        onnx.save(model, str(part))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _model(network: keras.Model) -> Any:
    from onnx import TensorProto, helper

    from maskwatch.export.builder import OPSET, GraphBuilder
    from maskwatch.export.decode import add_boxes, add_scores
    from maskwatch.export.graph import add_layers
    from maskwatch.export.heads import box_weights, heads_of
    from maskwatch.export.pixels import add_stem
    from maskwatch.networks.batch_norm import fold_batch_norm

    builder, folded = GraphBuilder(), fold_batch_norm(network)
    heads = heads_of(folded)
    stem = add_stem(builder, folded, "image")
    wanted = [layer.name for layer in [head.box for head in heads] + [head.score for head in heads]]
    maps = add_layers(builder, folded, stem, wanted, {head.box.name: box_weights(head) for head in heads})
    add_boxes(builder, maps[: len(heads)], "image")
    add_scores(builder, maps[len(heads) :])
    shapes = {OUTPUTS[0]: ["locations", 4], OUTPUTS[1]: ["locations"], OUTPUTS[2]: ["locations", len(MaskState)]}
    graph = helper.make_graph(
        builder.nodes,
        "maskwatch",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, [1, "height", "width", 3])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()],
        builder.weights,
    )
    opset = [helper.make_opsetid("", OPSET)]
    return helper.make_model(graph, opset_imports=opset, ir_version=8, producer_name="maskwatch")
