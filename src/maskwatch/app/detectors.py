"""Detectors that a visitor can choose, and those that are loaded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from maskwatch.app.options import AppOptions
from maskwatch.detect.base import Detector
from maskwatch.detect.face_detectors import FACE_DETECTORS, face_detector_type
from maskwatch.detect.options import InferenceOptions, open_detector
from maskwatch.weights import shipped_classifiers, shipped_models
from maskwatch.weights.download import cached

LOWEST_CONF = 0.05
"""The lowest threshold on the slider; predictions below it are dropped."""
_MAX_LOADED = 4


@dataclass(frozen=True)
class Choices:
    """Models to choose from.

    Attributes:
        models: single-shot models, by name or path.
        face_detectors: installed face detectors, by name.
        not_installed: face detectors that ``maskwatch models fetch NAME`` downloads.
        classifiers: by name or path; if empty, two-stage detection is not available.
    """

    models: tuple[str, ...]
    face_detectors: tuple[str, ...]
    not_installed: tuple[str, ...]
    classifiers: tuple[str, ...]


def available(options: AppOptions) -> Choices:
    """The installed models, and those named in the options."""
    not_installed = tuple(name for name in FACE_DETECTORS if cached(face_detector_type(name).files) is None)
    return Choices(
        models=_unique(*shipped_models(), *options.models),
        face_detectors=tuple(name for name in FACE_DETECTORS if name not in not_installed),
        not_installed=not_installed,
        classifiers=_unique(*shipped_classifiers(), *options.classifiers),
    )


def _unique(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def describe_face_detector(name: str) -> str:
    """A face detector's name and a few words about it."""
    return f"{name}: {face_detector_type(name).help}"


def single_stage(model: str, *, tile: bool) -> InferenceOptions:
    """One network for faces and states."""
    return InferenceOptions(model=model, tile=tile)


def two_stage(face_detector: str, classifier: str) -> InferenceOptions:
    """A face detector and a classifier, at the lowest threshold on the slider."""
    return InferenceOptions(face_detector=face_detector, classifier=classifier, conf=LOWEST_CONF)


@lru_cache(maxsize=_MAX_LOADED)
def load(choice: InferenceOptions) -> Detector:
    """Load a detector; all visitors with the same choice share it.

    Raises:
        ModelError: when a model is not found or cannot be used.
    """
    return open_detector(choice)
