"""Pairs of images whose hashes are close: few enough to be compared pixel by pixel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.audit.hashes import Hashes
from maskwatch.data.audit.transforms import VIEW_PAIRS, VIEWS

Limits = tuple[int, int]
"""Bits of 64 that may differ, in dhash and in phash."""
_BLOCK_CELLS = 8_000_000
_ROW_OF = {view: row for row, view in enumerate(VIEWS)}


@dataclass(frozen=True)
class Candidates:
    """P pairs, the closest first; those that only a turn brings close come last.

    Attributes:
        whole: int64 (P,), the image of which the ``whole`` of the pair of views was looked at.
        part: int64 (P,), the image of which its ``part`` was.
        view_pair: int64 (P,), number in `VIEW_PAIRS`.
        distance: int64 (P,), bits that differ in both hashes together.
    """

    whole: NDArray[np.int64]
    part: NDArray[np.int64]
    view_pair: NDArray[np.int64]
    distance: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.whole)


def find_candidates(hashes: Hashes, usable: NDArray[np.bool_], limits: Mapping[str, Limits]) -> Candidates:
    """Make all `VIEW_PAIRS` between every two images.

    Args:
        hashes: of N images.
        usable: bool (N,); images of one even colour hash alike without being alike, so they stay out.
        limits: for each kind of pair of views.

    Returns:
        Each pair once, by its closest views.
    """
    numbers = np.flatnonzero(usable)
    found = [np.zeros((0, 4), np.int64)]
    rows = max(1, _BLOCK_CELLS // max(len(numbers), 1))
    for view_pair in range(len(VIEW_PAIRS)):
        blocks = (numbers[start : start + rows] for start in range(0, len(numbers), rows))
        limit = limits[VIEW_PAIRS[view_pair].kind]
        found += [_compare(hashes, view_pair, limit, block, numbers) for block in blocks]
    return _closest(np.concatenate(found), len(usable))


def _compare(
    hashes: Hashes, view_pair: int, limits: Limits, whole: NDArray[np.intp], parts: NDArray[np.intp]
) -> NDArray[np.int64]:
    """Rows (whole, part, view_pair, distance) of the close pairs."""
    row, other = _ROW_OF[VIEW_PAIRS[view_pair].whole], _ROW_OF[VIEW_PAIRS[view_pair].part]
    bits = np.bitwise_count(hashes.dhash[row][whole][:, None] ^ hashes.dhash[other][parts][None])
    i, j = np.nonzero(bits <= limits[0])
    more = np.bitwise_count(hashes.phash[row][whole[i]] ^ hashes.phash[other][parts[j]])
    close = (more <= limits[1]) & (whole[i] != parts[j])
    i, j, more = i[close], j[close], more[close]
    distance = bits[i, j].astype(np.int64) + more
    return np.stack([whole[i], parts[j], np.full(len(i), view_pair), distance], axis=1).astype(np.int64)


def _closest(rows: NDArray[np.int64], images: int) -> Candidates:
    turned = np.array([view_pair.kind == "turned" for view_pair in VIEW_PAIRS])[rows[:, 2]]
    pair = rows[:, :2].min(axis=1) * images + rows[:, :2].max(axis=1)
    order = np.lexsort((rows[:, 2], rows[:, 3], turned, pair))
    first = np.ones(len(order), bool)
    first[1:] = pair[order][1:] != pair[order][:-1]
    chosen = order[first]
    chosen = chosen[np.lexsort((pair[chosen], rows[chosen, 3], turned[chosen]))]
    return Candidates(*rows[chosen].T)
