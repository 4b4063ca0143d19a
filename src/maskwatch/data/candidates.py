"""Pairs of pictures whose hashes are close: few enough to be compared pixel by pixel."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.hashes import VIEWS, WINDOWS, Hashes

Limits = tuple[int, int]
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


@dataclass(frozen=True)
class _Comparison:
    """Two rows of hashes, what it means when they are close, and how close they must be."""

    whole_row: int
    part_row: int
    window: int
    mirrored: bool
    limits: Limits


def _comparisons(windows: Limits, halves: Limits) -> list[_Comparison]:
    plain = [_Comparison(0, number, number, False, windows) for number in range(len(WINDOWS))]
    plain += [_Comparison(row, row, 0, False, halves) for row in range(len(WINDOWS), len(VIEWS))]
    mirrored = [replace(each, part_row=each.part_row + len(VIEWS), mirrored=True) for each in plain]
    return plain + mirrored


def find_candidates(hashes: Hashes, usable: NDArray[np.bool_], windows: Limits, halves: Limits) -> Candidates:
    """Compare each picture as a whole with every window of all others, and halves with halves, plain and mirrored.

    Args:
        hashes: of N pictures.
        usable: bool (N,); pictures of one even colour hash alike without being alike, so they stay out.
        windows: bits of 64 that may differ in dhash and in phash, for windows.
        halves: and for halves.

    Returns:
        Each pair once, by its closest views.
    """
    numbers = np.flatnonzero(usable)
    found = [np.zeros((0, 5), np.int64)]
    rows = max(1, _BLOCK_CELLS // max(len(numbers), 1))
    for comparison in _comparisons(windows, halves):
        blocks = (numbers[start : start + rows] for start in range(0, len(numbers), rows))
        found += [_compare(hashes, comparison, block, numbers) for block in blocks]
    return _closest(np.concatenate(found), len(usable))


def _compare(hashes: Hashes, how: _Comparison, whole: NDArray[np.intp], parts: NDArray[np.intp]) -> NDArray[np.int64]:
    """Rows (whole, part, window, mirrored, distance) of the close pairs."""
    max_dhash, max_phash = how.limits
    bits = np.bitwise_count(hashes.dhash[how.whole_row][whole][:, None] ^ hashes.dhash[how.part_row][parts][None])
    i, j = np.nonzero(bits <= max_dhash)
    more = np.bitwise_count(hashes.phash[how.whole_row][whole[i]] ^ hashes.phash[how.part_row][parts[j]])
    close = (more <= max_phash) & (whole[i] != parts[j])
    i, j = i[close], j[close]
    distance = bits[i, j].astype(np.int64) + more[close]
    same = np.ones(len(i), np.int64)
    return np.stack([whole[i], parts[j], same * how.window, same * how.mirrored, distance], axis=1).astype(np.int64)


def _closest(rows: NDArray[np.int64], pictures: int) -> Candidates:
    low, high = rows[:, :2].min(axis=1), rows[:, :2].max(axis=1)
    pair = low * pictures + high
    order = np.lexsort((rows[:, 2], rows[:, 4], pair))
    first = np.ones(len(order), bool)
    first[1:] = pair[order][1:] != pair[order][:-1]
    best = rows[order[first]]
    best = best[np.lexsort((best[:, 1], best[:, 0], best[:, 4]))]
    return Candidates(best[:, 0], best[:, 1], best[:, 2], best[:, 3].astype(bool), best[:, 4])
