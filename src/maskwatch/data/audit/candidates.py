"""Candidate pairs: images with similar hashes, few enough to compare pixel by pixel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.audit.hashes import Hashes
from maskwatch.data.audit.transforms import TRANSFORM_PAIRS, TRANSFORMS

Limits = tuple[int, int]
"""Largest number of differing bits, of 64, in dhash and in phash."""
_BLOCK_CELLS = 8_000_000
_ROW_OF = {transform: row for row, transform in enumerate(TRANSFORMS)}


@dataclass(frozen=True)
class Candidates:
    """P pairs, the most similar first; pairs that match only after rotation come last.

    Attributes:
        whole: int64 (P,), index of the first image of the pair of transforms.
        part: int64 (P,), index of the second image.
        transform_pair: int64 (P,), index in `TRANSFORM_PAIRS`.
        distance: int64 (P,), differing bits in both hashes together.
    """

    whole: NDArray[np.int64]
    part: NDArray[np.int64]
    transform_pair: NDArray[np.int64]
    distance: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.whole)


def find_candidates(hashes: Hashes, usable: NDArray[np.bool_], limits: Mapping[str, Limits]) -> Candidates:
    """Compare every two images under all `TRANSFORM_PAIRS`.

    Args:
        hashes: of N images.
        usable: bool (N,), images to compare; those of uniform colour have meaningless hashes.
        limits: by the ``change`` of a pair of transforms.

    Returns:
        Each pair once, with its most similar transforms.
    """
    numbers = np.flatnonzero(usable)
    pairs = [np.zeros((0, 4), np.int64)]
    rows = max(1, _BLOCK_CELLS // max(len(numbers), 1))
    for transform_pair in range(len(TRANSFORM_PAIRS)):
        blocks = (numbers[start : start + rows] for start in range(0, len(numbers), rows))
        limit = limits[TRANSFORM_PAIRS[transform_pair].change]
        pairs += [_compare(hashes, transform_pair, limit, block, numbers) for block in blocks]
    return _closest(np.concatenate(pairs), len(usable))


def _compare(
    hashes: Hashes, transform_pair: int, limits: Limits, whole: NDArray[np.intp], parts: NDArray[np.intp]
) -> NDArray[np.int64]:
    """Rows (whole, part, transform_pair, distance) of the similar pairs."""
    row, other = _ROW_OF[TRANSFORM_PAIRS[transform_pair].whole], _ROW_OF[TRANSFORM_PAIRS[transform_pair].part]
    bits = np.bitwise_count(hashes.dhash[row][whole][:, None] ^ hashes.dhash[other][parts][None])
    i, j = np.nonzero(bits <= limits[0])
    more = np.bitwise_count(hashes.phash[row][whole[i]] ^ hashes.phash[other][parts[j]])
    close = (more <= limits[1]) & (whole[i] != parts[j])
    i, j, more = i[close], j[close], more[close]
    distance = bits[i, j].astype(np.int64) + more
    return np.stack([whole[i], parts[j], np.full(len(i), transform_pair), distance], axis=1).astype(np.int64)


def _closest(rows: NDArray[np.int64], images: int) -> Candidates:
    rotated = np.array([pair.change == "rotation" for pair in TRANSFORM_PAIRS])[rows[:, 2]]
    pair = rows[:, :2].min(axis=1) * images + rows[:, :2].max(axis=1)
    order = np.lexsort((rows[:, 2], rows[:, 3], rotated, pair))
    first = np.ones(len(order), bool)
    first[1:] = pair[order][1:] != pair[order][:-1]
    chosen = order[first]
    chosen = chosen[np.lexsort((pair[chosen], rows[chosen, 3], rotated[chosen]))]
    return Candidates(*rows[chosen].T)
