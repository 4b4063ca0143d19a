"""From a trained network to a model file, calibrated and evaluated on validation images."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maskwatch import __version__
from maskwatch.boxes import Letterbox
from maskwatch.data import Dataset
from maskwatch.data.pixels import labelled_pixels
from maskwatch.detect.card import ModelCard
from maskwatch.detect.single_shot import check_scales, network_input
from maskwatch.errors import ModelError
from maskwatch.evaluate.calibration import fit_temperature, found_states
from maskwatch.evaluate.thresholds import with_thresholds
from maskwatch.export.check import ExportCheck, check_export
from maskwatch.export.model_file import export_detector
from maskwatch.frames import Image
from maskwatch.networks.single_shot import FAMILY
from maskwatch.train.start import card_beside, stored_network
from maskwatch.train.validation import detect_all, headline
from maskwatch.weights import find_model

if TYPE_CHECKING:
    import keras

AP50_ON_VAL = "AP50 on the val images, percent"
"""Name of these metrics on the card."""


@dataclass(frozen=True)
class ExportResult:
    """The card in the exported file, and how well the file agrees with the network."""

    card: ModelCard
    check: ExportCheck


def read_card_fields(path: Path) -> dict[str, Any]:
    """Read fields of a model card from a JSON file.

    Raises:
        ModelError: when the file holds no JSON object, or an unknown field.
    """
    try:
        values = dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(f"{path}: not a JSON object with card fields ({error})") from error
    known = [f.name for f in fields(ModelCard)]
    unknown = [name for name in values if name not in known]
    if unknown:
        raise ModelError(f"{path}: a card has no field '{unknown[0]}'; it has {', '.join(known)}")
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def export_keras(source: Path, target: Path, validation: Dataset, card_fields: dict[str, Any]) -> ExportResult:
    """Export the network of a ``.keras`` file; see `export_calibrated`.

    Args:
        source: the file.
        target: the ``.onnx`` file to write.
        validation: images for calibration, never those of a test split.
        card_fields: further fields of the card; they override those of the model file beside ``source``.

    Raises:
        ModelError: when the file holds no single-shot network.
        UsageError: when one of the card's input sizes is out of range.
    """
    path = find_model(str(source), ".keras")
    network, config = stored_network(path)
    known: dict[str, Any] = {"name": target.stem, "version": __version__}
    known |= {"multiple": FAMILY[config].multiple, "parameters": network.count_params()}
    if trained := card_beside(path):
        known |= {
            "imgsz": trained.imgsz,
            "imgsz_high": trained.imgsz_high,
            "imgsz_low": trained.imgsz_low,
            "credits": trained.credits,
        }
    card = ModelCard(**{**known, **card_fields})
    check_scales(card.imgsz_high, card.imgsz, card.imgsz_low)
    return export_calibrated(network, target, validation, card)


def export_calibrated(network: keras.Model, target: Path, validation: Dataset, card: ModelCard) -> ExportResult:
    """Calibrate a trained network, choose its thresholds, evaluate it, export it, and check the exported file.

    Args:
        network: single-shot, as trained.
        target: the ``.onnx`` file to write.
        validation: images for calibration, thresholds and evaluation.
        card: gets calibration, thresholds and metrics.
    """
    raw = detect_all(network, validation, replace(card, temperature=1.0))
    calibration = fit_temperature(*found_states(validation, raw))
    calibrated = [replace(faces, state_scores=calibration(faces.state_scores)) for faces in raw]
    card = replace(card, temperature=calibration.temperature)
    card = with_thresholds(card, validation, calibrated)
    card = replace(card, conf=card.presets.get("balanced", card.conf))
    card = card.with_metrics({AP50_ON_VAL: headline(validation, calibrated)})
    export_detector(network, target, card)
    return ExportResult(card, check_export(network, target, network_inputs(validation, card, limit=8)))


def network_inputs(dataset: Dataset, card: ModelCard, limit: int) -> list[Image]:
    """Up to ``limit`` images, spread over the data set, letterboxed to the network's input size."""
    chosen = list(dataset)[:: max(1, len(dataset) // limit)][:limit]
    images = [labelled_pixels(labelled) for labelled in chosen]
    boxes = [Letterbox.fit(image.shape[1], image.shape[0], card.imgsz, card.multiple) for image in images]
    return [network_input(image, box) for image, box in zip(images, boxes, strict=True)]
