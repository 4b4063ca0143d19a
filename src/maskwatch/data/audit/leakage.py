"""Leakage: duplicates across splits, classes or sources, and what a random split would leak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.audit.duplicates import COPY_KINDS, Duplicates


@dataclass(frozen=True)
class RandomSplit:
    """Leakage of a random split: shares 0..1 of the test images with a copy in train.

    Attributes:
        test_share: share of the images in test.
        repeats: number of random splits.
        exact, near, altered: mean share by kind of copy; each kind includes those before it.
        near_spread: standard deviation of ``near`` over the splits.
    """

    test_share: float
    repeats: int
    exact: float
    near: float
    near_spread: float
    altered: float

    @property
    def line(self) -> str:
        """The result in one sentence."""
        percent = round(100 * self.test_share)
        return (
            f"Random {100 - percent}/{percent} split: {self.near:.1%} (+- {self.near_spread:.1%}) of the test images "
            f"have a near-duplicate in train ({self.exact:.1%} an exact copy, {self.altered:.1%} when altered copies "
            f"count too); mean of {self.repeats} splits."
        )


def random_split_leakage(
    duplicates: Duplicates, *, test_share: float = 0.2, repeats: int = 10, seed: int = 0
) -> RandomSplit:
    """Draw random splits, as ``train_test_split`` does, and count test images with a copy in train."""
    random = np.random.default_rng(seed)
    count = len(duplicates.near)
    leaked = {kind: np.zeros(repeats) for kind in COPY_KINDS}
    for repeat in range(repeats):
        test = np.zeros(count, bool)
        test[random.permutation(count)[: round(count * test_share)]] = True
        for kind in COPY_KINDS:
            groups = getattr(duplicates, kind)
            leaked[kind][repeat] = np.isin(groups[test], groups[~test]).mean() if test.any() else 0.0
    means = {kind: float(shares.mean()) for kind, shares in leaked.items()}
    return RandomSplit(test_share, repeats, **means, near_spread=float(leaked["near"].std()))


@dataclass(frozen=True)
class Crossing:
    """Images of one part (a split, class or source) with a copy in another part.

    Attributes:
        part, other: names of the two parts.
        images: number of images in ``part``.
        exact, near, altered: number of them with a copy in ``other``; each kind includes those before it.
    """

    part: str
    other: str
    images: int
    exact: int
    near: int
    altered: int


def crossings(duplicates: Duplicates, parts: Sequence[str]) -> list[Crossing]:
    """Copies across parts, for every ordered pair of parts with any.

    Args:
        duplicates: groups of N images.
        parts: the part of each of the N images.
    """
    names = np.array(parts, np.str_)
    known = sorted(set(parts))
    result = []
    for part in known:
        for other in known:
            if part != other:
                sides = names == part, names == other
                counts = {kind: _shared(getattr(duplicates, kind), *sides) for kind in COPY_KINDS}
                if counts["altered"]:
                    result.append(Crossing(part, other, int((names == part).sum()), **counts))
    return result


def _shared(groups: NDArray[np.int64], part: NDArray[np.bool_], other: NDArray[np.bool_]) -> int:
    return int(np.isin(groups[part], groups[other]).sum())
