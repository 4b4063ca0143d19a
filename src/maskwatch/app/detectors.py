"""Detectors that a visitor can choose from, and those in use."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from functools import lru_cache

from maskwatch.app.options import AppOptions
from maskwatch.detect import load_detector, load_two_stage
from maskwatch.detect.base import Detector
from maskwatch.detect.face_detectors import FACE_DETECTORS
from maskwatch.detect.look import Sight
from maskwatch.frames import Image
from maskwatch.weights import shipped_classifiers, shipped_models
from maskwatch.weights.cache import fetched_files
from maskwatch.weights.catalogue import REMOTE

LOWEST_CONF = 0.05
"""The lowest threshold that can be chosen afterwards; what is less likely is not kept."""
_KEPT = 4


@dataclass(frozen=True)
class DetectorChoice:
    """What a visitor chose: one network for all, or a face detector and a classifier.

    Attributes:
        model: a shipped model's name or the path of a model file, for the single-shot detector.
        tile: that detector also looks piece by piece at large pictures.
        face_detector: the first of two stages; empty for the single-shot detector.
        classifier: the second: a shipped one's name or the path of a model file.
    """

    model: str = "default"
    tile: bool = False
    face_detector: str = ""
    classifier: str = ""


@dataclass(frozen=True)
class Offer:
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


def offer(options: AppOptions) -> Offer:
    """What is installed and fetched now, and what the options name."""
    absent = tuple(name for name in FACE_DETECTORS if name in REMOTE and fetched_files(REMOTE[name]) is None)
    return Offer(
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


@dataclass
class LoadedDetector:
    """A detector that several visitors share; it looks at one picture at a time."""

    detector: Detector
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def default_conf(self) -> float:
        """The threshold on the confidence when nobody asks for another, 0..1."""
        return self.detector.default_conf

    @property
    def presets(self) -> dict[str, float]:
        """Thresholds for stated aims, by name."""
        return self.detector.card.presets

    @property
    def name(self) -> str:
        """What it is called in reports."""
        return self.detector.name

    def look(self, image: Image) -> tuple[Sight, float]:
        """What is seen in a picture, RGB uint8 (H, W, 3), and the seconds that it took."""
        with self._turn:
            began = time.perf_counter()
            sight = self.detector.look(image).kept(LOWEST_CONF)
            return sight, time.perf_counter() - began


@lru_cache(maxsize=_KEPT)
def load(choice: DetectorChoice) -> LoadedDetector:
    """The detector that was chosen; the same one for everybody who chose it.

    Raises:
        ModelError: when a model is not found or cannot be used.
        MissingExtraError: when something is not installed.
    """
    if not choice.face_detector:
        return LoadedDetector(load_detector(choice.model, tile=choice.tile))
    return LoadedDetector(load_two_stage(choice.face_detector, choice.classifier, conf=LOWEST_CONF))
