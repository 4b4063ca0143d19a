"""Thresholds for stated aims, and the margin below which a state is unsure, chosen on validation images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.dataset import Dataset
from maskwatch.detect.card import ModelCard
from maskwatch.detections import Detections, MaskState
from maskwatch.evaluate.calibration import found_states
from maskwatch.evaluate.pairing import pair
from maskwatch.evaluate.ranking import Ranking
from maskwatch.evaluate.size_bands import ALL_SIZES
from maskwatch.evaluate.tasks import FACE, STATE_TASKS

STRICT_PRECISION = 0.95
"""Of the boxes that a strict detector calls without_mask, at least this share is right."""
FEWEST_BOXES = 20
"""A precision of fewer boxes than this is luck: with 20, one may be wrong."""
DECIDED_ACCURACY = 0.98
"""Of the detected faces with a decided state, at least this share is to have the right one."""
MOST_AMBIGUOUS = 0.06
"""At most this share of the detected faces is ambiguous, so that the mark keeps its meaning."""
PLATEAU = 0.02
"""Thresholds whose F1 is lower than the best by at most this are as good as the best."""
_IOU, _LOOSE_IOU = 0.5, 0.35
"""Overlap of a right state, and of a detected face wherever its edges are."""
_MARGINS = np.round(np.arange(0.0, 0.96, 0.05), 2)


def with_thresholds(card: ModelCard, dataset: Dataset, found: Sequence[Detections]) -> ModelCard:
    """The card with presets and the margin of unsure states, for a model that is calibrated already.

    Args:
        card: of the model.
        dataset: validation images.
        found: what the calibrated model finds in each of them, down to confidence 0.01.
    """
    presets = choose_presets(dataset, found)
    detected = found_states(dataset, found, presets.get("balanced", card.conf))
    return replace(card, presets=presets, ambiguity_margin=choose_ambiguity_margin(*detected))


def choose_presets(dataset: Dataset, found: Sequence[Detections]) -> dict[str, float]:
    """Thresholds on the confidence, by name; an aim that no threshold reaches is left out.

    * "balanced": the middle of the thresholds whose F1 over faces of any state is within `PLATEAU` of the best. The
      best itself follows single faces; the middle of its plateau does not.
    * "strict": the lowest threshold at which `STRICT_PRECISION` of the without_mask boxes lie on unmasked faces, and
      never below "balanced": who asks for strictness wants fewer false finds of any kind.

    Args:
        dataset: validation images.
        found: what was found in each of them, in the same order.
    """
    pairing = pair(list(dataset), found)
    balanced = f1_plateau_threshold(pairing.ranking(FACE, ALL_SIZES, _LOOSE_IOU))
    unmasked = pairing.ranking(replace(STATE_TASKS[MaskState.without_mask], by_confidence=True), ALL_SIZES, _IOU)
    strict = precision_threshold(unmasked, STRICT_PRECISION)
    if strict is not None and balanced is not None:
        strict = max(strict, balanced)
    chosen = {"balanced": balanced, "strict": strict}
    return {name: threshold for name, threshold in chosen.items() if threshold is not None}


def f1_plateau_threshold(ranking: Ranking) -> float | None:
    """The middle of the thresholds whose F1 = 2 TP / (boxes + faces) is within `PLATEAU` of the best.

    Returns:
        None when no face was detected.
    """
    if not ranking.hit.any():
        return None
    hits, boxes = np.cumsum(ranking.hit), np.arange(1, len(ranking.hit) + 1)
    f1 = np.where(_ends_of_ties(ranking), 2 * hits / (boxes + ranking.positives.sum()), -1)
    plateau = ranking.score[f1 >= f1.max() - PLATEAU]
    return _just_below((plateau.max() + plateau.min()) / 2)


def precision_threshold(ranking: Ranking, precision: float) -> float | None:
    """The lowest threshold with `FEWEST_BOXES` or more of which the share ``precision`` are hits; None without one."""
    hits, boxes = np.cumsum(ranking.hit), np.arange(1, len(ranking.hit) + 1)
    reached = np.flatnonzero((hits >= precision * boxes) & (boxes >= FEWEST_BOXES) & _ends_of_ties(ranking))
    return _just_below(ranking.score[reached[-1]]) if len(reached) else None


def choose_ambiguity_margin(state_scores: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """How far a state must lead the next best one to be sure.

    The smallest margin, in steps of 0.05, at which `DECIDED_ACCURACY` of the sure faces are called right. At most
    `MOST_AMBIGUOUS` of the faces become unsure: where that does not suffice, the margin is the best that it allows.

    Args:
        state_scores: (N, 3), calibrated, of found faces.
        labels: (N,).
    """
    if not len(labels):
        return 0.0
    ranked = np.sort(state_scores, axis=1)
    lead, right = ranked[:, -1] - ranked[:, -2], state_scores.argmax(axis=1) == labels
    allowed = [float(m) for m in _MARGINS if (lead < m).mean() <= MOST_AMBIGUOUS]
    accuracy = [float(right[lead >= m].mean()) for m in allowed]
    enough = [margin for margin, share in zip(allowed, accuracy, strict=True) if share >= DECIDED_ACCURACY]
    return enough[0] if enough else allowed[int(np.argmax(accuracy))]


def _ends_of_ties(ranking: Ranking) -> NDArray[np.bool_]:
    """True (K,) where no tie is cut: no threshold lies between boxes of one score."""
    return np.append(np.diff(ranking.score) < 0, True)[: len(ranking.score)]


def _just_below(score: np.float32) -> float:
    """Four decimals, rounded down, so that the box with this score passes."""
    return float(np.floor(float(score) * 1e4) / 1e4)
