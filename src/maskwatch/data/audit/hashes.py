"""Perceptual hashes of 64 bits, of images and of their transforms.

``dhash`` compares each of 8 x 8 cells with its right neighbour. ``phash`` compares each of the 8 x 8 lowest frequencies
(DCT-II of 32 x 32 cells) with their median. Both follow J. Buchner's imagehash, but use the thumbnail of the image. Few
differing bits mean similar images.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.audit.fingerprints import SIDE, grey
from maskwatch.data.audit.transforms import TRANSFORMS, Window, rotation

_CHUNK = 1024


@dataclass(frozen=True)
class Hashes:
    """Hashes of N images under the T transforms of `TRANSFORMS`: uint64 (T, N) each."""

    dhash: NDArray[np.uint64]
    phash: NDArray[np.uint64]


def hash_transforms(thumbs: NDArray[np.uint8], sizes: NDArray[np.int64]) -> Hashes:
    """Hash thumbnails (N, SIDE, SIDE, 3) of images with ``sizes`` (N, 2), width and height, under all transforms."""
    starts = range(0, max(len(thumbs), 1), _CHUNK)
    parts = [_hash_chunk(grey(thumbs[s : s + _CHUNK]), sizes[s : s + _CHUNK]) for s in starts]
    return Hashes(*(np.concatenate([part[which] for part in parts], axis=1) for which in (0, 1)))


def _hash_chunk(luma: NDArray[np.float32], sizes: NDArray[np.int64]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    rotated: dict[tuple[int, bool], NDArray[np.float32]] = {}
    dhash, phash = [], []
    for transform in TRANSFORMS:
        key = (transform.angle, transform.mirrored)
        if key not in rotated:
            rotated[key] = _rotated(luma[:, :, ::-1] if transform.mirrored else luma, transform.angle, sizes)
        dhash.append(_dhash(rotated[key], transform.window))
        phash.append(_phash(rotated[key], transform.window))
    return np.stack(dhash), np.stack(phash)


def _rotated(luma: NDArray[np.float32], angle: int, sizes: NDArray[np.int64]) -> NDArray[np.float32]:
    if not angle:
        return luma
    import cv2

    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    rotated = [
        cv2.warpAffine(np.ascontiguousarray(one), rotation(angle, (int(w), int(h))), (SIDE, SIDE), flags=flags)
        for one, (w, h) in zip(luma, sizes, strict=True)
    ]
    return np.array(rotated, np.float32).reshape(-1, SIDE, SIDE)


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
    """A matrix (number, SIDE) that averages pixels from ``start`` to ``end`` (fractions) into cells of equal width."""
    edges = np.linspace(start * SIDE, end * SIDE, number + 1)[:, None]
    covered = np.clip(edges - np.arange(SIDE), 0, 1)  # fraction of each pixel before each edge
    return np.asarray(np.diff(covered, axis=0) * number / ((end - start) * SIDE), np.float32)


def _cosines() -> NDArray[np.float32]:
    frequency, position = np.arange(8)[:, None], np.arange(32)[None]
    return np.asarray(np.cos(np.pi * frequency * (2 * position + 1) / 64), np.float32)


_COSINES = _cosines()


def _pack(bits: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Pack rows of 64 bits into one number each."""
    return np.packbits(bits.reshape(len(bits), 64), axis=1).view(np.uint64)[:, 0]
