"""Classifiers that can be evaluated: MaskWatch's ``.onnx`` files, and any Keras network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from maskwatch.detect.classifier import FaceClassifier
from maskwatch.detect.raw_prediction import Calibration
from maskwatch.detections import MaskState
from maskwatch.errors import MissingExtraError, ModelError

TWO_STATES = (MaskState.with_mask, MaskState.without_mask)
_BATCH = 64


class Classifier(Protocol):
    """A classifier of face crops.

    Attributes:
        name: for headings.
        classes: the states in the order of the probabilities.
        size: side of the input in pixels.
        parameters: number of weights.
        calibration: from its model card; None without a card.
    """

    name: str
    classes: tuple[MaskState, ...]
    size: int
    parameters: int
    calibration: Calibration | None

    def probabilities(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Uncalibrated probabilities (N, C) of faces uint8 (N, size, size, 3)."""


def run_classifier(
    classifier: Classifier, faces: NDArray[np.uint8], on_progress: Callable[[int], None] | None = None
) -> NDArray[np.float32]:
    """Uncalibrated probabilities (N, C) of faces uint8 (N, S, S, 3), in batches.

    Args:
        classifier: its ``size`` is S.
        faces: N faces.
        on_progress: called after each batch with the number of faces done.
    """
    parts = []
    for first in range(0, len(faces), _BATCH):
        parts.append(classifier.probabilities(faces[first : first + _BATCH]))
        if on_progress is not None:
            on_progress(min(first + _BATCH, len(faces)))
    return np.concatenate(parts)


class KerasClassifier:
    """A Keras network that takes RGB 0..255 and returns probabilities of two or three states.

    Two outputs are with_mask and without_mask; three are the states in the order of `MaskState`.

    Raises:
        ModelError: when its input or output has a different shape.
    """

    def __init__(self, network: Any, name: str) -> None:
        shape, outputs = _shapes(network, name)
        if len(shape) != 4 or shape[1] is None or shape[1] != shape[2] or shape[3] != 3:
            raise ModelError(f"{name}: input {shape}, expected square RGB images (None, size, size, 3)")
        if len(outputs) != 2 or outputs[1] not in (2, 3):
            raise ModelError(f"{name}: output {outputs}, expected probabilities of 2 or 3 states")
        self.name = name
        self.classes = TWO_STATES if outputs[1] == 2 else tuple(MaskState)
        self.size = int(shape[1])
        self.parameters = int(network.count_params())
        self.calibration: Calibration | None = None
        self._network = network

    def probabilities(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Uncalibrated probabilities (N, C) of faces uint8 (N, size, size, 3)."""
        scores = np.asarray(self._network(batch.astype(np.float32), training=False), np.float32)
        if len(scores) and not np.allclose(scores.sum(axis=1), 1, atol=1e-3):
            raise ModelError(f"{self.name}: its outputs do not sum to 1; end the network with a softmax")
        return scores


def load_classifier(path: Path) -> Classifier:
    """Load a ``.onnx`` or ``.keras`` classifier.

    Raises:
        ModelError: when it cannot be used.
        MissingExtraError: when it is a ``.keras`` file and Keras is not installed.
    """
    if path.suffix == ".onnx":
        return FaceClassifier(path)
    if path.suffix == ".keras":
        return KerasClassifier(read_keras(path), str(path))
    raise ModelError(f"{path}: not a .keras or .onnx file; save the model with Keras 3: model.save('model.keras')")


def read_keras(path: Path) -> Any:
    """The network in a ``.keras`` file; files that contain code are refused.

    Raises:
        ModelError: when it cannot be read.
        MissingExtraError: when Keras is not installed.
    """
    try:
        import keras
    except ImportError as error:
        raise MissingExtraError("train", "Reading a .keras file") from error
    if not path.is_file():
        raise ModelError(f"{path}: no such file; check the path")
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises many exceptions for damaged files
        reason = " ".join(str(error).split())
        if "lambda" in reason.lower():
            raise ModelError(
                f"{path}: contains a Lambda layer, which runs code; replace it with a Keras layer"
            ) from error
        raise ModelError(
            f"{path}: cannot be read as a Keras model ({reason[:120]}); save it again with Keras 3"
        ) from error


def _shapes(network: Any, name: str) -> tuple[tuple[int | None, ...], tuple[int | None, ...]]:
    shapes = getattr(network, "input_shape", None), getattr(network, "output_shape", None)
    if not all(isinstance(shape, tuple) and not isinstance(shape[0], tuple) for shape in shapes):
        raise ModelError(f"{name}: not a network with one input and one output; give a classifier")
    return shapes  # type: ignore[return-value]
