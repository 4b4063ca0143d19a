"""Initial weights of a detector's training: random, from an earlier training, or from another detector."""

from __future__ import annotations

from pathlib import Path

import keras

from maskwatch.detect.card import ModelCard
from maskwatch.detect.devices import RuntimeOptions
from maskwatch.detect.session import OnnxSession
from maskwatch.errors import ModelError, UsageError
from maskwatch.networks.single_shot import FAMILY, build_single_shot
from maskwatch.networks.warm_start import ULTRA_LIGHT_CREDIT, load_ultra_light
from maskwatch.weights import find_model, is_shipped


def starting_network(start: str, name: str = "small") -> keras.Model:
    """The network to train, with its initial weights.

    Args:
        start: "" for random weights, the name of a shipped model, a ``.keras`` file, or an Ultra-Light RFB masked-face
            ``.onnx``.
        name: of the network; from a smaller or larger one of the family, the weights of the common layers are copied.

    Raises:
        ModelError: when the file is none of these, or holds another network.
        UsageError: when there is no network of this name.
    """
    if name not in FAMILY:
        raise UsageError(f"--network {name}: no such network; use one of {', '.join(FAMILY)}")
    wanted = build_single_shot(FAMILY[name])
    if not start:
        return wanted
    if start.endswith(".onnx") and not is_shipped(start):
        load_ultra_light(wanted, Path(start))
        return wanted
    network = _loaded(find_model(start, ".keras"))
    weights = {layer.name: layer.get_weights() for layer in network.layers if layer.weights}
    for layer in wanted.layers:
        if layer.name in weights:
            layer.set_weights(weights[layer.name])
    return wanted


def stored_network(path: Path) -> tuple[keras.Model, str]:
    """A trained network from a ``.keras`` file, and its name in the family.

    Raises:
        ModelError: when the file holds no network of the family.
    """
    network = _loaded(path)
    layers = {layer.name for layer in network.layers}
    for name, config in FAMILY.items():
        if {layer.name for layer in build_single_shot(config).layers} == layers:
            return network, name
    raise ModelError(f"{path}: none of the networks {', '.join(FAMILY)}; train one with 'maskwatch train detector'")


def credits_of(start: str) -> tuple[str, ...]:
    """Credits for the initial weights, for the model card."""
    if not start:
        return ()
    if start.endswith(".onnx") and not is_shipped(start):
        return (ULTRA_LIGHT_CREDIT,)
    card = card_beside(find_model(start, ".keras"))
    return card.credits if card else ()


def card_beside(path: Path) -> ModelCard | None:
    """The card of the model file beside a ``.keras`` file, if there is one."""
    exported = path.with_suffix(".onnx")
    return OnnxSession(exported, RuntimeOptions(threads=1)).card if exported.is_file() else None


def _loaded(path: Path) -> keras.Model:
    try:
        network = keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises errors of many kinds for a damaged file
        reason = " ".join(str(error).split())[:120]
        raise ModelError(f"{path}: not a Keras model ({reason}); use a .keras file of a training run") from error
    expected = build_single_shot()
    columns, expected_columns = (
        m.output_shape[-1] if hasattr(m, "output_shape") else None for m in (network, expected)
    )
    if columns != expected_columns:
        raise ModelError(
            f"{path}: not a MaskWatch detector (its output has {columns} columns, expected {expected_columns})"
        )
    return network
