"""The cheapest way to pair rows with columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


def assign(cost: Floats) -> tuple[Indices, Indices]:
    """Pair each row with a column of its own (or each column with a row, where those are fewer), cheapest in sum.

    The Hungarian method by shortest augmenting paths (Kuhn 1955, Jonker and Volgenant 1987), O(rows^2 x columns).

    Args:
        cost: (N, M), finite.

    Returns:
        Row indices, ascending, and their column indices; both (min(N, M),).

    Raises:
        ValueError: when a cost is not finite.
    """
    if not np.isfinite(cost).all():
        raise ValueError("costs must be finite; give a pair that must not be a large cost instead")
    if cost.shape[0] > cost.shape[1]:
        columns, rows = assign(cost.T)
        order = np.argsort(rows)
        return rows[order], columns[order]
    row_of = _column_owners(cost)
    columns = np.flatnonzero(row_of >= 0)
    order = np.argsort(row_of[columns])
    return row_of[columns][order], columns[order]


def _column_owners(cost: Floats) -> Indices:
    """The row that each column is paired with, or -1; there are no more rows than columns."""
    rows, columns = cost.shape
    row_price, column_price = np.zeros(rows), np.zeros(columns + 1)
    row_of = np.full(columns + 1, -1, np.intp)  # the last column is where each new row starts
    for row in range(rows):
        row_of[columns] = row
        came_from = np.full(columns, columns, np.intp)
        length = np.full(columns, np.inf)
        reached = np.zeros(columns + 1, bool)
        at = columns
        while row_of[at] >= 0:
            reached[at] = True
            reduced = cost[row_of[at]] - row_price[row_of[at]] - column_price[:columns]
            shorter = ~reached[:columns] & (reduced < length)
            length[shorter], came_from[shorter] = reduced[shorter], at
            following = int(np.where(reached[:columns], np.inf, length).argmin())
            step = length[following]
            row_price[row_of[reached]] += step
            column_price[reached] -= step
            length[~reached[:columns]] -= step
            at = following
        while at != columns:
            row_of[at] = row_of[came_from[at]]
            at = int(came_from[at])
    return row_of[:columns]
