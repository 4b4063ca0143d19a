"""How much of what a model is tested on it has seen in training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.audit.duplicates import Duplicates

KINDS = ("exact", "near", "altered")
"""Each kind includes those before it."""


@dataclass(frozen=True)
class RandomSplit:
    """What a random split would leak: shares 0..1 of the test images that have a copy in train.

    Attributes:
        test_share: part of the images that goes to test.
        repeats: random splits drawn.
        exact, near, altered: mean share by kind of copy, each kind including those before it.
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
        """The finding in one sentence."""
        percent = round(100 * self.test_share)
        return (
            f"Random {100 - percent}/{percent} split: {self.near:.1%} (+- {self.near_spread:.1%}) of the test images "
            f"have a near-duplicate in train ({self.exact:.1%} an exact copy, {self.altered:.1%} when altered copies "
            f"count too); mean of {self.repeats} splits."
        )


def random_split_leakage(
    duplicates: Duplicates, *, test_share: float = 0.2, repeats: int = 10, seed: int = 0
) -> RandomSplit:
    """Draw random splits, as ``train_test_split`` would, and count test images with a copy in train."""
    random = np.random.default_rng(seed)
    count = len(duplicates.near)
    leaked = {kind: np.zeros(repeats) for kind in KINDS}
    for repeat in range(repeats):
        test = np.zeros(count, bool)
        test[random.permutation(count)[: round(count * test_share)]] = True
        for kind in KINDS:
            groups = getattr(duplicates, kind)
            leaked[kind][repeat] = np.isin(groups[test], groups[~test]).mean() if test.any() else 0.0
    means = {kind: float(shares.mean()) for kind, shares in leaked.items()}
    return RandomSplit(test_share, repeats, **means, near_spread=float(leaked["near"].std()))


@dataclass(frozen=True)
class Crossing:
    """Images of one part (a split, class or source) that have a copy in another part.

    Attributes:
        part, other: names of the two parts.
        images: in ``part``.
        exact, near, altered: how many of them have a copy in ``other``, each kind including those before it.
    """

    part: str
    other: str
    images: int
    exact: int
    near: int
    altered: int


def crossings(duplicates: Duplicates, parts: Sequence[str]) -> list[Crossing]:
    """Copies across parts, for every ordered pair of parts that has any.

    Args:
        duplicates: groups of N images.
        parts: the name of the part of each of the N.
    """
    names = np.array(parts, np.str_)
    known = sorted(set(parts))
    found = []
    for part in known:
        for other in known:
            if part != other:
                counts = {kind: _shared(getattr(duplicates, kind), names == part, names == other) for kind in KINDS}
                if counts["altered"]:
                    found.append(Crossing(part, other, int((names == part).sum()), **counts))
    return found


def _shared(groups: NDArray[np.int64], part: NDArray[np.bool_], other: NDArray[np.bool_]) -> int:
    return int(np.isin(groups[part], groups[other]).sum())
