"""95 % intervals of average precisions: the images are drawn again, with replacement, many times.

Matching is done once. A resample only changes how often each image counts, so each hit and each false alarm gets
the weight of its image, and all resamples are computed together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch.evaluate.ranking import Ranking

Floats = NDArray[np.float32]


def image_weights(images: int, resamples: int, seed: int) -> Floats:
    """float32 (R, P): how often each of P images is drawn in each of R resamples."""
    if images == 0:
        return np.zeros((resamples, 0), np.float32)
    generator = np.random.default_rng(seed)
    return generator.multinomial(images, np.full(images, 1 / images), size=resamples).astype(np.float32)


@dataclass(frozen=True)
class ResampledCurves:
    """One precision-recall curve a resample, with a point for each of the H hits.

    Attributes:
        weight: float32 (R, H), how often the hit counts.
        hits: float32 (R, H), hits so far.
        precision: float32 (R, H).
        total: float32 (R,), labelled boxes.
    """

    weight: Floats
    hits: Floats
    precision: Floats
    total: Floats

    @classmethod
    def of(cls, ranking: Ranking, weights: Floats) -> ResampledCurves:
        """The curves of a ranking under image weights (R, P)."""
        weight = weights[:, ranking.image[ranking.hit]]
        hits = np.cumsum(weight, axis=1)
        false_alarms = weights @ _false_alarms_before_hits(ranking)
        precision = np.asarray(hits / np.maximum(hits + false_alarms, 1), np.float32)
        return cls(weight, hits, precision, weights @ ranking.positives.astype(np.float32))

    def average_precision(self) -> Floats:
        """float32 (R,); NaN where nothing was to find."""
        envelope = np.maximum.accumulate(self.precision[:, ::-1], axis=1)[:, ::-1]
        return _share((self.weight * envelope).sum(axis=1), self.total)

    def recall_at_precision(self, precision: float) -> Floats:
        """float32 (R,); NaN where nothing was to find."""
        reached = np.where(self.precision >= precision, self.hits, 0).max(axis=1, initial=0)
        return _share(reached, self.total)


def interval_95(samples: Floats) -> tuple[float, float] | None:
    """The middle 95 % of the resampled figures (R,), NaN left out; None when none is left."""
    known = samples[~np.isnan(samples)]
    if len(known) == 0:
        return None
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)


def _false_alarms_before_hits(ranking: Ranking) -> Floats:
    """float32 (P, H): the false alarms of each image that score better than each hit."""
    hit_count = int(ranking.hit.sum())
    counts = np.zeros((len(ranking.positives), hit_count + 1), np.float32)
    next_hit = np.cumsum(ranking.hit)[~ranking.hit]
    np.add.at(counts, (ranking.image[~ranking.hit], next_hit), 1)
    return np.asarray(np.cumsum(counts, axis=1)[:, :hit_count], np.float32)


def _share(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.where(whole > 0, part / np.maximum(whole, 1), np.nan), np.float32)
