"""From a trained ``.keras`` file to a model file, calibrated and judged on labelled images."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maskwatch import __version__
from maskwatch.data import Dataset
from maskwatch.detect.card import ModelCard
from maskwatch.detect.single_shot import check_scales
from maskwatch.errors import ModelError
from maskwatch.evaluate.calibration import fit_temperature, found_states
from maskwatch.evaluate.thresholds import with_thresholds
from maskwatch.export.check import ExportCheck, check_export
from maskwatch.export.model_file import export_detector
from maskwatch.networks.single_shot import FAMILY
from maskwatch.train.preview import network_inputs
from maskwatch.train.start import card_beside, stored_network
from maskwatch.train.validation import find_faces, headline
from maskwatch.weights import find_model

if TYPE_CHECKING:
    import keras


AP50_ON_VAL = "AP50 on the val images, percent"
"""The topic of these figures on the card."""


@dataclass(frozen=True)
class Exported:
    """What an export gave: the card that went into the file, and how well the file agrees with the network."""

    card: ModelCard
    check: ExportCheck


def read_card_fields(path: Path) -> dict[str, Any]:
    """Fields of a model card from a JSON file.

    Raises:
        ModelError: when it is no such file, or names a field that cards do not have.
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


def export_keras(source: Path, target: Path, validation: Dataset, card_fields: dict[str, Any]) -> Exported:
    """Export the network of a ``.keras`` file; see `export_calibrated`.

    Args:
        source: the file.
        target: the ``.onnx`` file to write.
        validation: images that calibrate; never those of a test split.
        card_fields: what the card is to say beyond what is measured here; the sizes of the input, where they are to
            differ from those of the model file beside the source.

    Raises:
        ModelError: when the file is no single-shot network.
        UsageError: when one of the card's looks is out of range.
    """
    path = find_model(str(source), ".keras")
    network, form = stored_network(path)
    known: dict[str, Any] = {"name": target.stem, "version": __version__}
    known |= {"multiple": FAMILY[form].multiple, "parameters": network.count_params()}
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


def export_calibrated(network: keras.Model, target: Path, validation: Dataset, card: ModelCard) -> Exported:
    """Calibrate a trained network on labelled images, choose its thresholds, judge it, export it, and check the file.

    Args:
        network: single-shot, as trained.
        target: the ``.onnx`` file to write.
        validation: images that calibrate and judge.
        card: gets calibration, thresholds and figures added.
    """
    uncalibrated = replace(card, temperature=1.0)
    raw = find_faces(network, validation, uncalibrated)
    fitted = fit_temperature(*found_states(validation, raw))
    card = replace(card, temperature=fitted.temperature)
    found = [replace(faces, state_scores=fitted(faces.state_scores)) for faces in raw]
    card = with_thresholds(card, validation, found)
    card = replace(card, conf=card.presets.get("balanced", card.conf))
    card = card.with_metrics({AP50_ON_VAL: headline(validation, found)})
    export_detector(network, target, card)
    return Exported(card, check_export(network, target, network_inputs(validation, card, limit=8)))
