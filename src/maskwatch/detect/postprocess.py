"""From the network's raw outputs to faces: threshold, non-maximum suppression, and one state for each face."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import suppress
from maskwatch.detect.session import RawOutputs
from maskwatch.detections import Detections, MaskState
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
    """Confidence and IoU thresholds, and the calibration of states.

    Attributes:
        conf: the confidence threshold, on the face score, 0..1.
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
    """The detections in input pixels, best first: first whether there is a face, then the state of its mask.

    A face is a box whose face score reaches ``thresholds.conf`` and which no better box suppresses; the box with the
    best face score gives the face its place and its confidence. Its state comes from the box of the same face with the
    highest face score x state probability: a box that sits well on the face may be unsure of the mask, and its
    neighbour sure. A higher ``conf`` therefore only removes faces and never changes one.
    """
    candidates = raw.chosen(np.flatnonzero(raw.face_score >= member_score(thresholds.conf)))
    states = thresholds.calibration(candidates.state_scores)
    score = candidates.face_score
    kept, owner = suppress(candidates.xyxy, score, thresholds.iou, max(thresholds.conf, LOWEST_SCORE))
    best = np.arange(len(score))
    for i in np.argsort(score * states.max(axis=1, initial=0), kind="stable"):
        if owner[i] >= 0:
            best[owner[i]] = i  # the last one written is the surest of its state
    return Detections(candidates.xyxy[kept], score[kept], states[best[kept]])


def member_score(conf: float) -> float:
    """Face score from which on a box can decide the state of a face with at least the confidence ``conf``.

    The kept box has a face score of ``conf`` or more, and its likeliest state a probability of a third or more. A box
    with less than a third of ``conf`` cannot have a higher product.
    """
    return max(conf / len(MaskState), LOWEST_SCORE)
