"""All models that MaskWatch knows: shipped, downloaded from third parties, and available for download."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from maskwatch.detect.card import scales_text
from maskwatch.detect.face_detectors import FACE_DETECTORS, face_detector_type
from maskwatch.detect.face_detectors.contract import FaceDetectorType
from maskwatch.detect.session import read_card
from maskwatch.errors import UsageError
from maskwatch.weights import shipped_classifiers, shipped_models
from maskwatch.weights.download import cached

Kind = Literal["detector", "classifier", "face detector"]
State = Literal["shipped", "fetched", "not fetched"]


@dataclass(frozen=True)
class KnownModel:
    """A model, and where it is.

    Attributes:
        name: as users write it.
        kind: "detector" (faces and masks), "classifier" (the mask of one face) or "face detector".
        state: "shipped" with the package, "fetched", or "not fetched".
        licence: as its publisher states it.
        size: in bytes.
        description: a few words.
        paths: its files; empty when it is not fetched.
        origin: the publisher's page; empty for our own.
        urls: addresses of the files; empty for our own.
    """

    name: str
    kind: Kind
    state: State
    licence: str
    size: int
    description: str
    paths: tuple[Path, ...] = ()
    origin: str = ""
    urls: tuple[str, ...] = ()


def known_models() -> list[KnownModel]:
    """Our own models, then third-party models."""
    models = [_shipped(name, "detector", path) for name, path in shipped_models().items()]
    models += [_shipped(name, "classifier", path) for name, path in shipped_classifiers().items()]
    return models + [_third_party(name, record) for name, record in downloadable_models().items()]


def downloadable_models() -> dict[str, FaceDetectorType]:
    """The records of third-party models by name."""
    records = {name: face_detector_type(name) for name in FACE_DETECTORS}
    return {name: record for name, record in records.items() if record.files}


def downloadable_model(name: str) -> FaceDetectorType:
    """The record of one third-party model.

    Raises:
        UsageError: when no such model can be downloaded.
    """
    models = downloadable_models()
    if name not in models:
        raise UsageError(f"{name}: not a model that can be fetched; take one of {', '.join(models)}")
    return models[name]


def _third_party(name: str, record: FaceDetectorType) -> KnownModel:
    paths = cached(record.files) or ()
    return KnownModel(
        name,
        "face detector",
        "fetched" if paths else "not fetched",
        record.licence,
        record.size,
        record.help,
        paths,
        record.origin,
        tuple(file.url for file in record.files),
    )


def _shipped(name: str, kind: Kind, path: Path) -> KnownModel:
    card = read_card(path)
    description = f"{card.parameters:,} parameters, {scales_text(card.scales)} px, {len(card.classes)} states"
    return KnownModel(name, kind, "shipped", card.licence, path.stat().st_size, description, (path,))
