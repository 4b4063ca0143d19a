from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from maskwatch.track.assignment import assign


def cheapest(cost: np.ndarray) -> float:
    """The least sum by trying every pairing."""
    if cost.shape[0] > cost.shape[1]:
        cost = cost.T
    rows = range(cost.shape[0])
    return min(
        sum(cost[i, j] for i, j in zip(rows, columns, strict=True))
        for columns in permutations(range(cost.shape[1]), len(rows))
    )


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (3, 5), (5, 3), (6, 6), (1, 7), (7, 1), (4, 7)])
@pytest.mark.parametrize("kind", ["real", "whole", "negative"])
def test_as_cheap_as_the_best_of_all_pairings(shape: tuple[int, int], kind: str) -> None:
    chance = np.random.default_rng(shape[0] * 10 + shape[1])
    for _ in range(20):
        cost = {
            "real": chance.uniform(0, 1, shape),
            "whole": chance.integers(0, 3, shape).astype(float),  # many ties
            "negative": chance.normal(0, 5, shape),
        }[kind]
        rows, columns = assign(cost)
        assert len(rows) == len(columns) == min(shape)
        assert len(set(rows.tolist())) == len(set(columns.tolist())) == min(shape)
        assert (np.diff(rows) > 0).all()
        assert cost[rows, columns].sum() == pytest.approx(cheapest(cost))


def test_greedy_would_be_dearer() -> None:
    rows, columns = assign(np.array([[0.0, 1.0], [1.0, 9.0]]))
    assert columns[rows].tolist() == [1, 0]


def test_a_large_table_keeps_its_known_best() -> None:
    chance = np.random.default_rng(3)
    hidden = chance.permutation(60)
    cost = chance.uniform(1, 2, (60, 60))
    cost[np.arange(60), hidden] = 0.5
    assert assign(cost)[1].tolist() == hidden.tolist()


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
def test_nothing_to_pair(shape: tuple[int, int]) -> None:
    rows, columns = assign(np.zeros(shape))
    assert len(rows) == len(columns) == 0


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_costs_must_be_finite(bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        assign(np.array([[1.0, bad]]))
