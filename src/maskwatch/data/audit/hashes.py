"""Perceptual hashes of 64 bits of images and of views of them.

``dhash``: is each of 9 x 8 cells darker than its right neighbour? ``phash``: is each of the 8 x 8 lowest frequencies
(DCT-II of 32 x 32 cells) above their median? Both as in J. Buchner's imagehash, over a common small copy.
Two views look alike when few bits differ.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.audit.fingerprints import SIDE, grey
from maskwatch.data.audit.transforms import VIEWS, Window, turn

_CHUNK = 1024


@dataclass(frozen=True)
class Hashes:
    """uint64 (V, N) each: the views `VIEWS` of N images."""

    dhash: NDArray[np.uint64]
    phash: NDArray[np.uint64]


def hash_views(thumbs: NDArray[np.uint8], sizes: NDArray[np.int64]) -> Hashes:
    """Hash all views of small copies (N, SIDE, SIDE, 3) of images of ``sizes`` (N, 2), width and height."""
    starts = range(0, max(len(thumbs), 1), _CHUNK)
    parts = [_hash_chunk(grey(thumbs[s : s + _CHUNK]), sizes[s : s + _CHUNK]) for s in starts]
    return Hashes(*(np.concatenate([part[which] for part in parts], axis=1) for which in (0, 1)))


def _hash_chunk(luma: NDArray[np.float32], sizes: NDArray[np.int64]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    placed: dict[tuple[int, bool], NDArray[np.float32]] = {}
    dhash, phash = [], []
    for view in VIEWS:
        position = (view.angle, view.mirrored)
        if position not in placed:
            placed[position] = _turned(luma[:, :, ::-1] if view.mirrored else luma, view.angle, sizes)
        dhash.append(_dhash(placed[position], view.window))
        phash.append(_phash(placed[position], view.window))
    return np.stack(dhash), np.stack(phash)


def _turned(luma: NDArray[np.float32], angle: int, sizes: NDArray[np.int64]) -> NDArray[np.float32]:
    if not angle:
        return luma
    import cv2

    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    turned = [
        cv2.warpAffine(np.ascontiguousarray(one), turn(angle, (int(w), int(h))), (SIDE, SIDE), flags=flags)
        for one, (w, h) in zip(luma, sizes, strict=True)
    ]
    return np.array(turned, np.float32).reshape(-1, SIDE, SIDE)


def _dhash(luma: NDArray[np.float32], window: Window) -> NDArray[np.uint64]:
    x1, y1, x2, y2 = window
    cells = _cells(8, y1, y2) @ luma @ _cells(9, x1, x2).T
    return _pack(cells[:, :, 1:] > cells[:, :, :-1])


def _phash(luma: NDArray[np.float32], window: Window) -> NDArray[np.uint64]:
    x1, y1, x2, y2 = window
    waves = (_COSINES @ _cells(32, y1, y2)) @ luma @ (_COSINES @ _cells(32, x1, x2)).T
    flat = waves.reshape(len(waves), 64)
    return _pack(flat > np.median(flat[:, 1:], axis=1, keepdims=True))


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
