"""Perceptual hashes of 64 bits of pictures and of their windows.

``dhash``: is each of 9 x 8 cells darker than its right neighbour? ``phash``: is each of the 8 x 8 lowest frequencies
(DCT-II of 32 x 32 cells) above their median? Both as in J. Buchner's imagehash, over a common small copy.
Two pictures look alike when few bits differ. A crop changes most bits, so the windows that a crop of some 5 to 20 %
would leave are hashed as well: one of them is close to the cropped picture. And where a part was changed, a half
without it still looks the same, so four halves are hashed too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.fingerprints import SIDE, grey

Window = tuple[float, float, float, float]
"""x1, y1, x2, y2 as shares of the picture."""

_RANGES = ((0.0, 1.0), (0.0, 0.9), (0.05, 0.95), (0.1, 1.0), (0.1, 0.9))
WINDOWS: tuple[Window, ...] = tuple((x1, y1, x2, y2) for y1, y2 in _RANGES for x1, x2 in _RANGES)
"""The whole picture first, then what is left of it when a tenth of a side, or of two, is cut off."""
HALVES: tuple[Window, ...] = (
    (0.0, 0.0, 1.0, 0.55),
    (0.0, 0.45, 1.0, 1.0),
    (0.0, 0.0, 0.55, 1.0),
    (0.45, 0.0, 1.0, 1.0),
)
"""Top, bottom, left, right."""
VIEWS = WINDOWS + HALVES

_CHUNK = 2048


@dataclass(frozen=True)
class Hashes:
    """uint64 (V, N) each: V views (`VIEWS`, then the same of the mirrored picture) of N pictures."""

    dhash: NDArray[np.uint64]
    phash: NDArray[np.uint64]


def hash_views(thumbs: NDArray[np.uint8]) -> Hashes:
    """Hash all views, plain and mirrored, of small copies (N, SIDE, SIDE, 3)."""
    chunks = [thumbs[start : start + _CHUNK] for start in range(0, len(thumbs), _CHUNK)]
    parts = [_hash_chunk(grey(chunk)) for chunk in chunks] or [_hash_chunk(grey(thumbs))]
    return Hashes(
        np.concatenate([dhash for dhash, _ in parts], axis=1), np.concatenate([phash for _, phash in parts], axis=1)
    )


def _hash_chunk(luma: NDArray[np.float32]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    dhash, phash = [], []
    for picture in (luma, luma[:, :, ::-1]):
        for x1, y1, x2, y2 in VIEWS:
            cells = _cells(8, y1, y2) @ picture @ _cells(9, x1, x2).T
            dhash.append(_pack(cells[:, :, 1:] > cells[:, :, :-1]))
            waves = _COSINES @ _cells(32, y1, y2) @ picture @ (_COSINES @ _cells(32, x1, x2)).T
            flat = waves.reshape(len(waves), 64)
            phash.append(_pack(flat > np.median(flat[:, 1:], axis=1, keepdims=True)))
    return np.stack(dhash), np.stack(phash)


def _cells(number: int, start: float, end: float) -> NDArray[np.float32]:
    """The matrix (number, SIDE) that averages pixels from ``start`` to ``end`` (shares) into cells of equal width."""
    edges = np.linspace(start * SIDE, end * SIDE, number + 1)[:, None]
    covered = np.clip(edges - np.arange(SIDE), 0, 1)  # of each pixel, how much lies before each edge
    return np.asarray(np.diff(covered, axis=0) * number / ((end - start) * SIDE), np.float32)


def _cosines() -> NDArray[np.float32]:
    frequency, place = np.arange(8)[:, None], np.arange(32)[None]
    return np.asarray(np.cos(np.pi * frequency * (2 * place + 1) / 64), np.float32)


_COSINES = _cosines()


def _pack(bits: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Rows of 64 bits as one number each."""
    return np.packbits(bits.reshape(len(bits), 64), axis=1).view(np.uint64)[:, 0]
