"""Calibration of the state scores: temperature scaling on validation images, and calibration errors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import iou
from maskwatch.data.dataset import Dataset
from maskwatch.detect.raw_prediction import Calibration
from maskwatch.detections import Detections, MaskState

_TEMPERATURES = np.round(np.geomspace(0.25, 8, 101), 3)
_MATCH = 0.5


def found_states(
    dataset: Dataset, found: Sequence[Detections], face_score: float = 0.3
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """State scores (N, 3) of the detected faces, and their labels (N,), in three-class images.

    A face counts as detected if a detection with at least ``face_score`` has IoU 0.5 or more with it; the best counts.
    """
    scores: list[NDArray[np.float32]] = []
    labels: list[NDArray[np.int64]] = []
    for labelled, faces in zip(dataset, found, strict=True):
        faces = faces.with_confidence(face_score)
        if labelled.labels != "3class" or not len(faces) or not len(labelled.xyxy):
            continue
        overlaps = iou(labelled.xyxy, faces.xyxy)
        matched = overlaps.max(axis=1) >= _MATCH
        scores.append(faces.state_scores[overlaps.argmax(axis=1)[matched]])
        labels.append(labelled.class_id[matched])
    if not scores:
        return np.zeros((0, len(MaskState)), np.float32), np.zeros(0, np.int64)
    return np.concatenate(scores), np.concatenate(labels)


def fit_temperature(state_scores: NDArray[np.float32], labels: NDArray[np.int64]) -> Calibration:
    """The temperature with the lowest negative log-likelihood (Guo et al., ICML 2017); 1 without labels.

    Targets are smoothed to (N + 1) / (N + C) as in Platt (1999). Otherwise a few images without an error would make
    every probability 0 or 1.

    Args:
        state_scores: (N, C) uncalibrated.
        labels: (N,), 0..C-1.
    """
    classes = state_scores.shape[1]
    if not len(labels):
        return Calibration()
    choices = [Calibration(float(t)) for t in _TEMPERATURES]
    targets = (np.eye(classes)[labels] * len(labels) + 1) / (len(labels) + classes)
    return min(choices, key=lambda choice: _cross_entropy(choice(state_scores), targets))


def negative_log_likelihood(state_scores: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """Mean cross-entropy of probabilities (N, C) and labels (N,); probabilities below 1e-6 count as 1e-6."""
    return float(-np.log(np.maximum(state_scores[np.arange(len(labels)), labels], 1e-6)).mean())


def expected_calibration_error(state_scores: NDArray[np.float32], labels: NDArray[np.int64], bins: int = 10) -> float:
    """Mean gap between confidence and accuracy over confidence bins of equal width (Naeini et al., AAAI 2015)."""
    if not len(labels):
        return 0.0
    confidence, right = state_scores.max(axis=1), state_scores.argmax(axis=1) == labels
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(float(right[bin_of == b].mean() - confidence[bin_of == b].mean())) for b in np.unique(bin_of)]
    return float(np.average(gaps, weights=np.unique(bin_of, return_counts=True)[1]))


def _cross_entropy(probabilities: NDArray[np.float32], targets: NDArray[np.float64]) -> float:
    return float(-(targets * np.log(np.maximum(probabilities, 1e-9))).sum(axis=1).mean())
