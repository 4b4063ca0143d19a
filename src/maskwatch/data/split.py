"""Train, val and test that share no photograph, or the naive random split, named as such."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.audit.duplicates import Duplicates
from maskwatch.data.collection import Collection
from maskwatch.data.groups import Groups
from maskwatch.errors import UsageError

Shares = NDArray[np.float64]


@dataclass(frozen=True)
class SplitOptions:
    """How images are divided.

    Attributes:
        val: share 0..1 that goes to val; 0 for none.
        test: share 0..1 that goes to test; 0 for none.
        seed: of the random choices; the same seed and images give the same split.
        naive: pay no heed to duplicates. What is measured on such a split is too good.
        together: which copies stay together: "altered" ones too, or only "near" ones. Frames of one fixed camera are
            often altered copies of each other, since the background is the same.
    """

    val: float = 0.1
    test: float = 0.2
    seed: int = 0
    naive: bool = False
    together: Literal["near", "altered"] = "altered"

    def __post_init__(self) -> None:
        if min(self.val, self.test) < 0 or self.val + self.test >= 1 or self.val + self.test <= 0:
            raise UsageError(f"val {self.val:g} and test {self.test:g}: give shares that leave some for train")

    @property
    def shares(self) -> dict[str, float]:
        """The share of each split that is wanted."""
        shares = {"train": 1 - self.val - self.test, "val": self.val, "test": self.test}
        return {name: share for name, share in shares.items() if share > 0}

    @property
    def method(self) -> str:
        """What the split is called wherever it is reported."""
        if self.naive:
            return "naive random split (copies not kept together)"
        return "split by duplicate group" + (" (altered copies not kept together)" if self.together == "near" else "")


def assign_splits(
    collection: Collection, index: NDArray[np.int64], duplicates: Duplicates, options: SplitOptions
) -> tuple[list[str], NDArray[np.int64]]:
    """Give each readable image a split, classes in the same proportions in each as far as groups allow.

    Groups are joined from the duplicates found and the groups that the data give themselves.

    Args:
        collection: the images.
        index: int64 (N,), places in the collection of the N images that could be read.
        duplicates: groups of these N.
        options: shares and seed.

    Returns:
        The split of each of the N, and its group, int64 (N,).
    """
    given = [collection.groups[i] for i in index]
    groups = joined_groups(duplicates.near if options.together == "near" else duplicates.altered, given)
    units = np.arange(len(index)) if options.naive else groups
    # An image counts with its faces, and with itself, so that images without a face are divided as well.
    amounts = np.concatenate([collection.states[index], np.ones((len(index), 1), np.int64)], axis=1)
    names = list(options.shares)
    chosen = stratify(units, amounts.astype(np.float64), np.array(list(options.shares.values())), options.seed)
    return [names[number] for number in chosen], groups


def joined_groups(found: NDArray[np.int64], given: Sequence[Hashable]) -> NDArray[np.int64]:
    """The groups (N,) that result when images with the same given group (None: none) belong together as well."""
    joined = Groups(len(found))
    first: dict[Hashable, int] = {}
    for number, (group, other) in enumerate(zip(found.tolist(), given, strict=True)):
        joined.join(group, number)
        if other is not None:
            joined.join(first.setdefault(other, number), number)
    return joined.numbers()


def stratify(units: NDArray[np.int64], amounts: NDArray[np.float64], shares: Shares, seed: int) -> NDArray[np.int64]:
    """Divide units so that each part gets its share of every kind of thing.

    The unit that holds most of what is scarce goes first, each to the part that lacks most of what it brings: the
    greedy rule of iterative stratification (Sechidis, Tsoumakas, Vlahavas 2011), for units of several items.

    Args:
        units: int64 (N,), items with the same number stay together.
        amounts: float64 (N, K), how much of K kinds each item holds.
        shares: float64 (P,), of the parts, summing to 1.
        seed: of the order among equal units and the choice among equal parts.

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
