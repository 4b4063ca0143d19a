"""An independent check of a split: plain pixel correlation of all images in one split with all in the others.

It uses neither hashes nor transforms nor registration, so it shows duplicates that the search missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.audit.fingerprints import Fingerprints

_CELLS = 32
_BLOCK = 512
_LISTED = 50


@dataclass(frozen=True)
class PixelCheck:
    """Similar images in different splits.

    Attributes:
        threshold: correlation from which a pair counts.
        pairs: number of pairs of images in different splits that reach it.
        images: number of images in such pairs.
        highest: the highest correlation between images in different splits; 0 for a single split.
        worst: up to 50 pairs, the most similar first: correlation and the two files.
    """

    threshold: float
    pairs: int
    images: int
    highest: float
    worst: list[tuple[float, str, str]]

    @property
    def line(self) -> str:
        """The result in one sentence."""
        return (
            f"Pixel check: {self.pairs} pairs of images in different splits correlate at {self.threshold:g} or more "
            f"({self.images} images); the highest correlation is {self.highest:.3f}."
        )


def check_pixels(prints: Fingerprints, splits: Sequence[str], threshold: float = 0.95) -> PixelCheck:
    """Correlate 32 x 32 colour cells, plain and mirrored, of every two images in different splits.

    Args:
        prints: of N images.
        splits: the split of each of the N images.
        threshold: correlation from which a pair counts.
    """
    plain = _unit(_cells(prints.thumbs))
    mirrored = _unit(_cells(prints.thumbs[:, :, ::-1]))
    numbers = np.unique(np.array(splits, np.str_), return_inverse=True)[1]
    highest, blocks = 0.0, [np.zeros((0, 3))]
    for start in range(0, len(prints), _BLOCK):
        block = slice(start, start + _BLOCK)
        similarity = np.maximum(plain[block] @ plain[start:].T, plain[block] @ mirrored[start:].T)
        similarity[numbers[block, None] == numbers[None, start:]] = -1
        similarity[np.tril_indices(similarity.shape[0], m=similarity.shape[1])] = -1
        highest = max(highest, float(similarity.max(initial=0)))
        i, j = np.nonzero(similarity >= threshold)
        blocks.append(np.stack([similarity[i, j], i + start, j + start], axis=1))
    rows = np.concatenate(blocks)
    rows = rows[np.argsort(-rows[:, 0], kind="stable")]
    paths = [str(path) for path in prints.paths]
    worst = [(round(float(c), 4), paths[int(i)], paths[int(j)]) for c, i, j in rows[:_LISTED]]
    return PixelCheck(threshold, len(rows), len(np.unique(rows[:, 1:])), highest, worst)


def _cells(thumbs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Means of 2 x 2 pixels: float32 (N, 32 * 32 * 3)."""
    n, height, width, channels = thumbs.shape
    step = height // _CELLS
    cells = thumbs.reshape(n, _CELLS, step, width // step, step, channels).mean(axis=(2, 4), dtype=np.float32)
    return np.asarray(cells.reshape(n, -1), np.float32)


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows with mean 0 and length 1, so that products are correlations; constant rows become 0."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.asarray(np.where(length > 1, centred / np.maximum(length, 1), 0), np.float32)
