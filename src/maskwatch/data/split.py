"""Assigning images to train, val and test so that duplicates stay in one split, or naively at random."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.audit.duplicates import Duplicates, UnionFind
from maskwatch.data.collection import Collection
from maskwatch.errors import UsageError


@dataclass(frozen=True)
class SplitOptions:
    """How images are split.

    Attributes:
        val: share of val, 0..1; 0 for none.
        test: share of test, 0..1; 0 for none.
        seed: random seed; the same seed and images give the same split.
        naive: ignore duplicates; results on such a split are too optimistic.
        together: duplicates that stay in one split: "near" for near-duplicates only, "altered" for altered copies too.
            Frames of one fixed camera are often altered copies of each other, since they share the background.

    Raises:
        UsageError: when the shares leave nothing for train, or everything.
    """

    val: float = 0.1
    test: float = 0.2
    seed: int = 0
    naive: bool = False
    together: Literal["near", "altered"] = "altered"

    def __post_init__(self) -> None:
        if min(self.val, self.test) < 0 or self.val + self.test >= 1 or self.val + self.test <= 0:
            raise UsageError(f"val {self.val:g} and test {self.test:g}: give shares above 0 with a sum below 1")

    @property
    def shares(self) -> dict[str, float]:
        """The share of each split."""
        shares = {"train": 1 - self.val - self.test, "val": self.val, "test": self.test}
        return {name: share for name, share in shares.items() if share > 0}

    @property
    def method(self) -> str:
        """The name of the method in reports."""
        if self.naive:
            return "naive random split (duplicates not kept together)"
        return "split by duplicate group" + (" (altered copies not kept together)" if self.together == "near" else "")


def assign_splits(
    collection: Collection, index: NDArray[np.int64], duplicates: Duplicates, options: SplitOptions
) -> tuple[list[str], NDArray[np.int64]]:
    """Assign a split to each readable image, with states in equal proportions as far as groups allow.

    Duplicates, and images with the same group in the data, form one group.

    Args:
        collection: the images.
        index: int64 (N,), indices in the collection of the N images that could be read.
        duplicates: groups of these N images.
        options: shares and seed.

    Returns:
        The split of each of the N images, and its group, int64 (N,).
    """
    given = [collection.groups[i] for i in index]
    groups = joined_groups(duplicates.near if options.together == "near" else duplicates.altered, given)
    units = np.arange(len(index)) if options.naive else groups
    # Images count as well as faces, so that images without a face are also split in proportion
    amounts = np.concatenate([collection.states[index], np.ones((len(index), 1), np.int64)], axis=1)
    names = list(options.shares)
    chosen = stratify(units, amounts.astype(np.float64), np.array(list(options.shares.values())), options.seed)
    return [names[number] for number in chosen], groups


def joined_groups(duplicates: NDArray[np.int64], given: Sequence[Hashable]) -> NDArray[np.int64]:
    """Merge groups of duplicates (N,) that share a group in the data (None for images without one): int64 (N,)."""
    joined = UnionFind(len(duplicates))
    first: dict[Hashable, int] = {}
    for number, (group, other) in enumerate(zip(duplicates.tolist(), given, strict=True)):
        joined.join(group, number)
        if other is not None:
            joined.join(first.setdefault(other, number), number)
    return joined.numbers()


def stratify(
    units: NDArray[np.int64], amounts: NDArray[np.float64], shares: NDArray[np.float64], seed: int
) -> NDArray[np.int64]:
    """Distribute units over parts so that each part gets its share of each label.

    This is iterative stratification (Sechidis, Tsoumakas, Vlahavas 2011) for units of several items: units with the
    largest fraction of a label go first, each to the part that lacks its labels most.

    Args:
        units: int64 (N,), items with the same number form a unit and stay together.
        amounts: float64 (N, K), amount of K labels in each item.
        shares: float64 (P,), of the parts, with sum 1.
        seed: for the order of equal units and the choice between equal parts.

    Returns:
        int64 (N,), the part 0..P-1 of each item.
    """
    _, unit_of = np.unique(units, return_inverse=True)
    held = np.zeros((unit_of.max(initial=-1) + 1, amounts.shape[1]))
    np.add.at(held, unit_of, amounts)
    totals = np.maximum(amounts.sum(axis=0), 1)
    weight = held / totals
    random = np.random.default_rng(seed)
    shuffled = random.permutation(len(held))
    order = shuffled[np.argsort(-weight[shuffled].max(axis=1), kind="stable")]
    wanted = shares[:, None] * totals
    lacking = wanted.copy()
    part_of = np.zeros(len(held), np.int64)
    tie_break = random.random((len(held), len(shares))) * 1e-9
    for unit in order:
        need = (lacking / wanted * weight[unit]).sum(axis=1) + tie_break[unit]
        part = int(need.argmax())
        part_of[unit] = part
        lacking[part] -= held[unit]
    return part_of[unit_of]
