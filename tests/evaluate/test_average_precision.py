from __future__ import annotations

import numpy as np
import pytest

from maskwatch.evaluate.average_precision import (
    Ranking,
    average_precision,
    average_precision_101,
    precision_recall,
    recall_at_precision,
)


def ranking(hits: str, positives: int) -> Ranking:
    """True (+) and false (-) positives, best first, as a string: ``+-+``."""
    hit = np.array([mark == "+" for mark in hits], bool)
    score = np.linspace(1, 0.1, len(hit), dtype=np.float32)
    return Ranking(score, hit, np.zeros(len(hit), np.int64), np.array([positives]))


@pytest.mark.parametrize(
    ("hits", "positives", "expected"),
    [
        ("++", 2, 1.0),
        ("", 3, 0.0),
        ("---", 3, 0.0),
        ("+", 2, 0.5),
        ("-+", 1, 0.5),
        # precision 1, 2/3, 3/4 at the hits; the envelope lifts 2/3 to 3/4
        ("+-++", 4, (1 + 0.75 + 0.75) / 4),
        ("++-----", 2, 1.0),
    ],
)
def test_all_point_area_by_hand(hits: str, positives: int, expected: float) -> None:
    assert average_precision(ranking(hits, positives)) == pytest.approx(expected)


def test_nothing_to_find_is_not_zero() -> None:
    empty = ranking("--", 0)
    assert average_precision(empty) is None
    assert average_precision_101(empty) is None
    assert recall_at_precision(empty, 0.9) is None
    assert precision_recall(empty) is None


def test_101_points_by_hand() -> None:
    # Recall 0.5 is reached at precision 1: recalls 0.00 to 0.50 are 51 points of 101.
    assert average_precision_101(ranking("+", 2)) == pytest.approx(51 / 101)


def test_recall_at_precision_takes_the_furthest_point_not_the_first_dip() -> None:
    assert recall_at_precision(ranking("+-" + "+" * 9, 20), 0.9) == pytest.approx(10 / 20)
    assert recall_at_precision(ranking("-+", 1), 0.9) == 0


def test_curve_has_a_point_for_each_hit() -> None:
    curve = precision_recall(ranking("+-+", 4))
    assert curve is not None
    assert curve.recall.tolist() == [0.25, 0.5]
    assert curve.precision.tolist() == pytest.approx([1, 2 / 3])
    assert curve.score.tolist() == pytest.approx([1, 0.1])
