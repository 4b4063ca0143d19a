"""Detectors that a visitor can choose from, and those in use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from maskwatch.app.options import AppOptions
from maskwatch.detect.base import Detector
from maskwatch.detect.face_detectors import FACE_DETECTORS
from maskwatch.detect.options import InferenceOptions, open_detector
from maskwatch.weights import shipped_classifiers, shipped_models
from maskwatch.weights.cache import fetched_files
from maskwatch.weights.catalogue import REMOTE

LOWEST_CONF = 0.05
"""The lowest threshold that can be chosen afterwards; what is less likely is not kept."""
_KEPT = 4


@dataclass(frozen=True)
class Choices:
    """What there is to choose from.

    Attributes:
        models: single-shot models, by name or path.
        face_detectors: face detectors that are there, by name.
        absent: face detectors that ``maskwatch models fetch NAME`` gets.
        classifiers: by name or path; where there is none, nothing can be done in two stages.
    """

    models: tuple[str, ...]
    face_detectors: tuple[str, ...]
    absent: tuple[str, ...]
    classifiers: tuple[str, ...]


def offer(options: AppOptions) -> Choices:
    """What is installed and fetched now, and what the options name."""
    absent = tuple(name for name in FACE_DETECTORS if name in REMOTE and fetched_files(REMOTE[name]) is None)
    return Choices(
        models=_once(*shipped_models(), *options.models),
        face_detectors=tuple(name for name in FACE_DETECTORS if name not in absent),
        absent=absent,
        classifiers=_once(*shipped_classifiers(), *options.classifiers),
    )


def _once(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def face_detector_words(name: str) -> str:
    """What a face detector is, in a few words."""
    own = {"maskwatch": "MaskWatch's own network", "haar": "Haar cascade of OpenCV, frontal faces"}
    return f"{name}: {own[name] if name in own else REMOTE[name].what.removeprefix('face detector ')}"


def one_pass(model: str, *, tile: bool) -> InferenceOptions:
    """One network for faces and states."""
    return InferenceOptions(model=model, tile=tile)


def two_stages(face_detector: str, classifier: str) -> InferenceOptions:
    """A face detector, then a classifier, at the lowest threshold that can be asked for."""
    return InferenceOptions(face_detector=face_detector, classifier=classifier, conf=LOWEST_CONF)


@lru_cache(maxsize=_KEPT)
def load(choice: InferenceOptions) -> Detector:
    """The detector that was chosen; the same one for everybody who chose it.

    Raises:
        ModelError: when a model is not found or cannot be used.
    """
    return open_detector(choice)
