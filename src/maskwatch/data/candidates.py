"""Pairs of pictures whose hashes are close: few enough to be compared pixel by pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.hashes import WINDOWS, Hashes

_BLOCK_CELLS = 8_000_000


@dataclass(frozen=True)
class Candidates:
    """P pairs, the closest first.

    Attributes:
        whole: int64 (P,), the picture that is compared as a whole.
        part: int64 (P,), the picture of which a window is compared.
        window: int64 (P,), that window's number in `WINDOWS`.
        mirrored: bool (P,), whether ``part`` is mirrored before the window is cut.
        distance: int64 (P,), bits that differ in both hashes together.
    """

    whole: NDArray[np.int64]
    part: NDArray[np.int64]
    window: NDArray[np.int64]
    mirrored: NDArray[np.bool_]
    distance: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.whole)


def find_candidates(hashes: Hashes, usable: NDArray[np.bool_], max_dhash: int, max_phash: int) -> Candidates:
    """Compare each picture as a whole with every window of all others, plain and mirrored.

    Args:
        hashes: of N pictures.
        usable: bool (N,); pictures of one even colour hash alike without being alike, so they stay out.
        max_dhash: bits of 64 that may differ in the one hash.
        max_phash: and in the other.

    Returns:
        Each pair once, by its closest windows.
    """
    numbers = np.flatnonzero(usable)
    found = [np.zeros((0, 4), np.int64)]
    rows = max(1, _BLOCK_CELLS // max(len(numbers), 1))
    for version in range(len(hashes.dhash)):
        for start in range(0, len(numbers), rows):
            block = numbers[start : start + rows]
            found.append(_compare(hashes, version, block, numbers, max_dhash, max_phash))
    return _closest(np.concatenate(found), len(usable))


def _compare(
    hashes: Hashes,
    version: int,
    whole: NDArray[np.intp],
    parts: NDArray[np.intp],
    max_dhash: int,
    max_phash: int,
) -> NDArray[np.int64]:
    """Rows (whole, part, version, distance) of the close pairs."""
    bits = np.bitwise_count(hashes.dhash[0][whole][:, None] ^ hashes.dhash[version][parts][None])
    i, j = np.nonzero(bits <= max_dhash)
    more = np.bitwise_count(hashes.phash[0][whole[i]] ^ hashes.phash[version][parts[j]])
    close = (more <= max_phash) & (whole[i] != parts[j])
    i, j = i[close], j[close]
    distance = bits[i, j].astype(np.int64) + more[close]
    return np.stack([whole[i], parts[j], np.full(len(i), version), distance], axis=1).astype(np.int64)


def _closest(rows: NDArray[np.int64], pictures: int) -> Candidates:
    low, high = rows[:, :2].min(axis=1), rows[:, :2].max(axis=1)
    pair = low * pictures + high
    order = np.lexsort((rows[:, 2], rows[:, 3], pair))
    first = np.ones(len(order), bool)
    first[1:] = pair[order][1:] != pair[order][:-1]
    best = rows[order[first]]
    best = best[np.lexsort((best[:, 1], best[:, 0], best[:, 3]))]
    return Candidates(
        whole=best[:, 0],
        part=best[:, 1],
        window=best[:, 2] % len(WINDOWS),
        mirrored=best[:, 2] >= len(WINDOWS),
        distance=best[:, 3],
    )
