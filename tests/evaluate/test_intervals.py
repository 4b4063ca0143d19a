from __future__ import annotations

import numpy as np
import pytest

from maskwatch.evaluate.average_precision import Ranking, average_precision, recall_at_precision
from maskwatch.evaluate.intervals import Proportion, ResampledCurves, image_weights, interval_95


def _random_ranking(seed: int, images: int = 12) -> Ranking:
    rng = np.random.default_rng(seed)
    count = 150
    hit = rng.random(count) < np.linspace(0.9, 0.05, count)
    labelled = rng.integers(0, images, count)
    positives = np.bincount(labelled[hit], minlength=images) + rng.integers(0, 3, images)
    return Ranking(np.linspace(1, 0, count, dtype=np.float32), hit, labelled, positives)


def _drawn(ranking: Ranking, weights: np.ndarray) -> Ranking:
    """The same data set with each image repeated as often as it was drawn."""
    repeat = weights[ranking.image].astype(int)
    return Ranking(
        np.repeat(ranking.score, repeat),
        np.repeat(ranking.hit, repeat),
        np.repeat(ranking.image, repeat),
        (ranking.positives * weights).astype(np.int64),
    )


@pytest.mark.parametrize("seed", range(5))
def test_weights_give_the_metrics_of_the_resampled_data_set(seed: int) -> None:
    ranking = _random_ranking(seed)
    weights = image_weights(12, 20, seed)
    curves = ResampledCurves.of(ranking, weights)
    drawn = [_drawn(ranking, row) for row in weights]
    assert curves.average_precision() == pytest.approx([average_precision(r) for r in drawn], abs=1e-5)
    assert curves.recall_at_precision(0.9) == pytest.approx([recall_at_precision(r, 0.9) for r in drawn], abs=1e-5)


def test_every_resample_draws_as_many_images_and_a_seed_repeats_them() -> None:
    weights = image_weights(7, 50, seed=3)
    assert weights.sum(axis=1).tolist() == [7] * 50
    assert np.array_equal(weights, image_weights(7, 50, seed=3))
    assert not np.array_equal(weights, image_weights(7, 50, seed=4))


def test_resamples_without_a_single_face_are_left_out() -> None:
    ranking = Ranking(np.ones(1, np.float32), np.ones(1, bool), np.zeros(1, np.int64), np.array([1, 0]))
    samples = ResampledCurves.of(ranking, np.array([[0, 2], [2, 0]], np.float32)).average_precision()
    assert np.isnan(samples[0])
    assert interval_95(samples) == (1.0, 1.0)
    assert interval_95(samples[:1]) is None


def test_no_hit_and_no_box_at_all() -> None:
    nothing = Ranking(np.zeros(0, np.float32), np.zeros(0, bool), np.zeros(0, np.int64), np.array([2, 1]))
    assert ResampledCurves.of(nothing, image_weights(2, 4, 0)).average_precision().tolist() == [0] * 4


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    # statsmodels.stats.proportion.proportion_confint(hits, total, method="wilson")
    [(5, 10, 0.236593, 0.763407), (0, 10, 0.0, 0.277533), (10, 10, 0.722467, 1.0), (13, 18, 0.491267, 0.875001)],
)
def test_wilson_interval(hits: int, total: int, low: float, high: float) -> None:
    share = Proportion.of(hits, total)
    assert share.value == pytest.approx(hits / total)
    assert (share.low, share.high) == pytest.approx((low, high), abs=1e-5)


def test_nothing_counted_has_no_share() -> None:
    assert Proportion.of(0, 0) == Proportion(0, 0, None, None, None)
