"""Validation between epochs: the metrics that select the best one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import keras

from maskwatch.data.dataset import Dataset
from maskwatch.data.pixels import labelled_pixels
from maskwatch.detect.card import ModelCard
from maskwatch.detect.raw_prediction import RawOutputs
from maskwatch.detect.single_shot import SingleShotDetector
from maskwatch.detections import Detections
from maskwatch.evaluate.detection import evaluate_detection
from maskwatch.evaluate.options import DetectionOptions
from maskwatch.frames import Image
from maskwatch.networks.inference import build_inference

_PROTOCOL = DetectionOptions.quick()


class NetworkSession:
    """Runs a network that is still in training, as an `OnnxSession` runs an exported one."""

    def __init__(self, network: keras.Model, card: ModelCard) -> None:
        self._card = card
        self._model = build_inference(network)

    @property
    def card(self) -> ModelCard:
        """Size of the input, and calibration."""
        return self._card

    def run(self, image: Image) -> RawOutputs:
        """Raw outputs for an input image, RGB uint8 (H, W, 3)."""
        return RawOutputs(*(keras.ops.convert_to_numpy(output) for output in self._model(image[None], training=False)))


def detect_all(network: keras.Model, dataset: Dataset, card: ModelCard) -> list[Detections]:
    """Detections of a network in training on each image, down to the lowest confidence that evaluation counts.

    Args:
        network: as trained, not an inference model.
        dataset: images.
        card: size of the input, and calibration.
    """
    detector = SingleShotDetector(NetworkSession(network, card), conf=_PROTOCOL.lowest_confidence)
    return [detector(labelled_pixels(labelled)) for labelled in dataset]


def headline(dataset: Dataset, detections: Sequence[Detections]) -> dict[str, float]:
    """The headline metrics of `DetectionReport` in percent; 0 for a state without labelled faces."""
    metrics = evaluate_detection(dataset, detections, _PROTOCOL).headline()
    return {name: round(100 * (value or 0.0), 2) for name, value in metrics.items()}


def weighted_mean(metrics: Mapping[str, float], faces: Mapping[str, int]) -> float:
    """Mean AP50 over the states, in percent, weighted by the square root of their numbers of faces.

    The fewer the faces, the noisier an AP. With a dozen incorrectly worn masks among a few hundred validation faces,
    the plain mean follows single faces of that state.

    Args:
        metrics: AP50 in percent, by name of the state.
        faces: number of labelled faces, by name of the state.
    """
    weights = {state: math.sqrt(count) for state, count in faces.items()}
    total = sum(weights.values())
    return round(sum(weight * metrics[state] for state, weight in weights.items()) / total, 2) if total else 0.0
