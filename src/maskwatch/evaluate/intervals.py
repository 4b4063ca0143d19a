"""Metrics with 95 % intervals: Wilson's for counts, and the bootstrap over images for average precisions.

A resample draws as many images as there are, with replacement. Matching is done only once: a resample just changes how
often each image counts, so each detection gets the weight of its image, and all resamples are computed together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch.evaluate.average_precision import Ranking, average_precision, recall_at_precision

_Z_95 = 1.959963984540054
FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class Estimate:
    """A metric with its 95 % bootstrap interval.

    ``value`` is None where there is nothing to measure; ``low`` and ``high`` are None without an interval.
    """

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Proportion:
    """A count out of a total, with its 95 % Wilson interval; ``value``, ``low``, ``high`` are None for a total of 0."""

    hits: int
    total: int
    value: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, hits: int, total: int) -> Proportion:
        """``hits`` out of ``total``, with the score interval of Wilson (1927)."""
        if total == 0:
            return cls(hits, total, None, None, None)
        share = hits / total
        scale = 1 + _Z_95**2 / total
        middle = (share + _Z_95**2 / (2 * total)) / scale
        half = _Z_95 / scale * math.sqrt(share * (1 - share) / total + (_Z_95 / (2 * total)) ** 2)
        return cls(hits, total, share, max(0.0, middle - half), min(1.0, middle + half))


@dataclass(frozen=True)
class ResampledMetric:
    """A metric, and its value in each of R resamples.

    Attributes:
        value: None where there is nothing to measure.
        samples: float32 (R,), NaN where a resample has nothing to measure.
    """

    value: float | None
    samples: FloatArray

    @classmethod
    def average_precision(cls, ranking: Ranking, weights: FloatArray) -> ResampledMetric:
        """AP of a ranking under image weights (R, P)."""
        return cls(average_precision(ranking), ResampledCurves.of(ranking, weights).average_precision())

    @classmethod
    def recall_at_precision(cls, ranking: Ranking, weights: FloatArray, precision: float) -> ResampledMetric:
        """Highest recall with at least this precision, under image weights (R, P)."""
        samples = ResampledCurves.of(ranking, weights).recall_at_precision(precision)
        return cls(recall_at_precision(ranking, precision), samples)

    @classmethod
    def mean(cls, metrics: Sequence[ResampledMetric]) -> ResampledMetric:
        """The mean of the metrics that have a value; a resample in which one of these has none is NaN."""
        known = [metric for metric in metrics if metric.value is not None]
        if not known:
            return cls(None, np.zeros(0, np.float32))
        samples = np.asarray(np.mean([metric.samples for metric in known], axis=0), np.float32)
        return cls(float(np.mean([metric.value for metric in known])), samples)

    def change_from(self, before: ResampledMetric) -> ResampledMetric:
        """The difference to a metric on the same resamples."""
        if self.value is None or before.value is None:
            return ResampledMetric(None, np.zeros(0, np.float32))
        return ResampledMetric(self.value - before.value, self.samples - before.samples)

    def estimate(self) -> Estimate:
        """The value with its interval."""
        interval = interval_95(self.samples) if self.value is not None else None
        return Estimate(self.value, *(interval or ()))


def image_weights(images: int, resamples: int, seed: int) -> FloatArray:
    """float32 (R, P): how often each of P images is drawn in each of R resamples."""
    if images == 0:
        return np.zeros((resamples, 0), np.float32)
    generator = np.random.default_rng(seed)
    return generator.multinomial(images, np.full(images, 1 / images), size=resamples).astype(np.float32)


@dataclass(frozen=True)
class ResampledCurves:
    """A precision-recall curve for each of R resamples, with a point for each of H true positives.

    Attributes:
        weight: float32 (R, H), how often the true positive counts.
        hits: float32 (R, H), true positives up to this one.
        precision: float32 (R, H).
        total: float32 (R,), labelled faces.
    """

    weight: FloatArray
    hits: FloatArray
    precision: FloatArray
    total: FloatArray

    @classmethod
    def of(cls, ranking: Ranking, weights: FloatArray) -> ResampledCurves:
        """The curves of a ranking under image weights (R, P)."""
        weight = weights[:, ranking.image[ranking.hit]]
        hits = np.cumsum(weight, axis=1)
        false_positives = weights @ _false_positives_before_hits(ranking)
        precision = np.asarray(hits / np.maximum(hits + false_positives, 1), np.float32)
        return cls(weight, hits, precision, weights @ ranking.positives.astype(np.float32))

    def average_precision(self) -> FloatArray:
        """float32 (R,); NaN without labelled faces."""
        envelope = np.maximum.accumulate(self.precision[:, ::-1], axis=1)[:, ::-1]
        return _share((self.weight * envelope).sum(axis=1), self.total)

    def recall_at_precision(self, precision: float) -> FloatArray:
        """float32 (R,); NaN without labelled faces."""
        reached = np.where(self.precision >= precision, self.hits, 0).max(axis=1, initial=0)
        return _share(reached, self.total)


def interval_95(samples: FloatArray) -> tuple[float, float] | None:
    """The central 95 % of the samples (R,) that are not NaN; None when all are."""
    known = samples[~np.isnan(samples)]
    if len(known) == 0:
        return None
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)


def _false_positives_before_hits(ranking: Ranking) -> FloatArray:
    """float32 (P, H): the false positives of each image that score better than each true positive."""
    hit_count = int(ranking.hit.sum())
    counts = np.zeros((len(ranking.positives), hit_count + 1), np.float32)
    next_hit = np.cumsum(ranking.hit)[~ranking.hit]
    np.add.at(counts, (ranking.image[~ranking.hit], next_hit), 1)
    return np.asarray(np.cumsum(counts, axis=1)[:, :hit_count], np.float32)


def _share(part: FloatArray, whole: FloatArray) -> FloatArray:
    return np.asarray(np.where(whole > 0, part / np.maximum(whole, 1), np.nan), np.float32)
