"""Confidence thresholds (presets) and the ambiguity margin of a model card, chosen on validation images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.dataset import Dataset
from maskwatch.detect.card import ModelCard
from maskwatch.detections import Detections, MaskState
from maskwatch.evaluate.average_precision import Ranking
from maskwatch.evaluate.calibration import found_states
from maskwatch.evaluate.pairing import pair
from maskwatch.evaluate.tasks import ALL_SIZES, FACE, STATE_TASKS

STRICT_PRECISION = 0.95
"""Precision of without_mask detections at the threshold "strict"."""
FEWEST_DETECTIONS = 20
"""Fewer detections than this give no reliable precision: of 20, one may be wrong."""
DECIDED_ACCURACY = 0.98
"""Label accuracy to reach among the detected faces whose state is not ambiguous."""
MOST_AMBIGUOUS = 0.06
"""Largest share of ambiguous faces among the detected ones."""
PLATEAU = 0.02
"""Thresholds whose F1 is at most this much below the best count as equally good."""
_IOU, _LOOSE_IOU = 0.5, 0.35
"""IoU of a detection with the correct state, and of a detection of any state, whose edges matter less."""
_MARGINS = np.round(np.arange(0.0, 0.96, 0.05), 2)


def with_thresholds(card: ModelCard, dataset: Dataset, predictions: Sequence[Detections]) -> ModelCard:
    """The card of a calibrated model with presets and an ambiguity margin.

    Args:
        card: of the model.
        dataset: validation images.
        predictions: detections of the calibrated model in each of them, down to confidence 0.01.
    """
    presets = choose_presets(dataset, predictions)
    detected = found_states(dataset, predictions, presets.get("balanced", card.conf))
    return replace(card, presets=presets, ambiguity_margin=choose_ambiguity_margin(*detected))


def choose_presets(dataset: Dataset, predictions: Sequence[Detections]) -> dict[str, float]:
    """Confidence thresholds by name; one that cannot be reached is left out.

    * "balanced": the middle of the thresholds whose F1 over faces of any state is within `PLATEAU` of the best. The
      best threshold itself depends on single faces; the middle of the plateau does not.
    * "strict": the lowest threshold with a precision of `STRICT_PRECISION` for without_mask, but never below
      "balanced", since strict detection should have fewer false positives of any kind.

    Args:
        dataset: validation images.
        predictions: the detections in each of them, in the same order.
    """
    pairing = pair(list(dataset), predictions)
    balanced = f1_plateau_threshold(pairing.ranking(FACE, ALL_SIZES, _LOOSE_IOU))
    unmasked = pairing.ranking(replace(STATE_TASKS[MaskState.without_mask], by_confidence=True), ALL_SIZES, _IOU)
    strict = precision_threshold(unmasked, STRICT_PRECISION)
    if strict is not None and balanced is not None:
        strict = max(strict, balanced)
    chosen = {"balanced": balanced, "strict": strict}
    return {name: threshold for name, threshold in chosen.items() if threshold is not None}


def f1_plateau_threshold(ranking: Ranking) -> float | None:
    """The middle of the thresholds whose F1 = 2 TP / (detections + faces) is within `PLATEAU` of the best.

    Returns:
        None when no face was detected.
    """
    if not ranking.hit.any():
        return None
    hits, detections = np.cumsum(ranking.hit), np.arange(1, len(ranking.hit) + 1)
    f1 = np.where(_ends_of_ties(ranking), 2 * hits / (detections + ranking.positives.sum()), -1)
    plateau = ranking.score[f1 >= f1.max() - PLATEAU]
    return _just_below((plateau.max() + plateau.min()) / 2)


def precision_threshold(ranking: Ranking, precision: float) -> float | None:
    """The lowest threshold with at least this precision over `FEWEST_DETECTIONS` or more; None if there is none."""
    hits, detections = np.cumsum(ranking.hit), np.arange(1, len(ranking.hit) + 1)
    enough = (hits >= precision * detections) & (detections >= FEWEST_DETECTIONS)
    reached = np.flatnonzero(enough & _ends_of_ties(ranking))
    return _just_below(ranking.score[reached[-1]]) if len(reached) else None


def choose_ambiguity_margin(state_scores: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """The lead over the second-best state below which a state is ambiguous.

    This is the smallest margin, in steps of 0.05, with a label accuracy of `DECIDED_ACCURACY` among the other faces. If
    that would make more than `MOST_AMBIGUOUS` of the faces ambiguous, it is the most accurate margin that does not.

    Args:
        state_scores: (N, 3), calibrated, of detected faces.
        labels: (N,).
    """
    if not len(labels):
        return 0.0
    ranked = np.sort(state_scores, axis=1)
    lead, correct = ranked[:, -1] - ranked[:, -2], state_scores.argmax(axis=1) == labels
    allowed = [float(m) for m in _MARGINS if (lead < m).mean() <= MOST_AMBIGUOUS]
    accuracy = [float(correct[lead >= m].mean()) for m in allowed]
    enough = [margin for margin, share in zip(allowed, accuracy, strict=True) if share >= DECIDED_ACCURACY]
    return enough[0] if enough else allowed[int(np.argmax(accuracy))]


def _ends_of_ties(ranking: Ranking) -> NDArray[np.bool_]:
    """Bool (K,), True at the last detection of each score: no threshold lies between detections of one score."""
    return np.append(np.diff(ranking.score) < 0, True)[: len(ranking.score)]


def _just_below(score: np.float32) -> float:
    """Four decimals, rounded down, so that the detection with this score passes."""
    return float(np.floor(float(score) * 1e4) / 1e4)
