"""Where a detector's training starts: fresh weights, another training's, or another detector's."""

from __future__ import annotations

from pathlib import Path

import keras

from maskwatch.detect.session import OnnxSession
from maskwatch.errors import ModelError
from maskwatch.train.networks.single_shot import build_single_shot
from maskwatch.train.networks.warm_start import ULTRA_LIGHT_CREDIT, load_ultra_light
from maskwatch.weights import find_model, shipped_models


def starting_network(start: str) -> keras.Model:
    """The network to be trained.

    Args:
        start: "" for fresh weights; a shipped model's name or a ``.keras`` file to go on from; or an Ultra-Light RFB
            masked-face ``.onnx`` for a warm start.

    Raises:
        ModelError: when the file is none of these, or holds another network.
    """
    if not start:
        return build_single_shot()
    if start.endswith(".onnx") and start not in shipped_models():
        network = build_single_shot()
        load_ultra_light(network, Path(start))
        return network
    path = find_model(start, ".keras")
    try:
        network = keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises whatever its readers meet in a damaged file
        raise ModelError(f"{path}: not a Keras model that can be trained further ({_short(error)})") from error
    _check(network, path)
    return network


def credits_of(start: str) -> tuple[str, ...]:
    """Whose work a training that starts there carries on, for the model card."""
    if not start:
        return ()
    if start.endswith(".onnx") and start not in shipped_models():
        return (ULTRA_LIGHT_CREDIT,)
    exported = find_model(start, ".keras").with_suffix(".onnx")
    return OnnxSession(exported, threads=1).card.credits if exported.is_file() else ()


def _check(network: keras.Model, path: Path) -> None:
    expected = build_single_shot()
    found, wanted = (m.output_shape[-1] if hasattr(m, "output_shape") else None for m in (network, expected))
    if found != wanted:
        raise ModelError(f"{path}: not a MaskWatch detector (its output has {found} columns, expected {wanted})")


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
