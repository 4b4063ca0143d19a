"""From the network's raw outputs to faces: thresholds, non-maximum suppression, and one state for each face."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import nms
from maskwatch.detect.session import RawOutputs
from maskwatch.detections import Detections
from maskwatch.errors import UsageError

LOWEST_SCORE = 1e-3
"""Face score below which nothing is ever a face, whatever threshold is asked for."""


@dataclass(frozen=True)
class Calibration:
    """How scores of the states (or of a classifier's classes) become probabilities that can be believed.

    Attributes:
        temperature: divides the log-probabilities; over 1 makes them less sure (Guo et al., ICML 2017).
    """

    temperature: float = 1.0

    def __call__(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Calibrated probabilities (N, C), rows summing to 1, of raw ones (N, C)."""
        if self.temperature == 1:
            return scores
        powers = np.power(np.maximum(scores, 1e-9), 1 / self.temperature)
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


@dataclass(frozen=True)
class Thresholds:
    """When a location counts as a face.

    Attributes:
        conf: lowest confidence (face score x most likely state) that is kept, 0..1.
        iou: a box that overlaps a better one by more than this is dropped, 0..1.
        calibration: turns the network's state scores into probabilities that can be believed.

    Raises:
        UsageError: when a value is out of range.
    """

    conf: float
    iou: float
    calibration: Calibration = field(default_factory=Calibration)

    def __post_init__(self) -> None:
        for name in ("conf", "iou"):
            if not 0 <= getattr(self, name) <= 1:
                raise UsageError(f"--{name} {getattr(self, name)} is out of range; take a value from 0 to 1")


def postprocess(raw: RawOutputs, thresholds: Thresholds) -> Detections:
    """Faces in input pixels, best face score first.

    Suppression knows no classes: one face gets one box, whatever its state.
    """
    # confidence <= face score, so this cheap test loses nothing
    likely = np.flatnonzero(raw.face_score >= max(thresholds.conf, LOWEST_SCORE))
    face = raw.face_score[likely]
    states = thresholds.calibration(raw.state_scores[likely])
    sure = face * states.max(axis=1, initial=0) >= thresholds.conf
    boxes, face, states = raw.xyxy[likely][sure], face[sure], states[sure]
    kept = nms(boxes, face, thresholds.iou)
    return Detections(boxes[kept], face[kept], states[kept])
