"""The audit of a data set: counts, balance, sizes, unreadable files, duplicates, leakage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from maskwatch.data.audit.duplicates import COPY_KINDS, DuplicateOptions, Duplicates, find_duplicates
from maskwatch.data.audit.fingerprints import Fingerprints, fingerprint
from maskwatch.data.audit.leakage import Crossing, RandomSplit, crossings, random_split_leakage
from maskwatch.data.audit.statistics import (
    BoxStatistics,
    SizeSummary,
    Statistics,
    box_statistics,
    statistics_of,
    summarise,
)
from maskwatch.data.collection import Collection
from maskwatch.data.dataset import Dataset

OnProgress = Callable[[Literal["reading", "comparing"], int, int], None]
"""Called with the current step, the number of items done and their total."""


@dataclass(frozen=True)
class CopyCounts:
    """Number of copies of one kind, including the stricter kinds.

    Attributes:
        groups: number of groups of two or more images.
        images: number of images in these groups.
        distinct: number of distinct photographs, with one image per group.
        largest: number of images in the largest group.
    """

    groups: int
    images: int
    distinct: int
    largest: int


@dataclass(frozen=True)
class CopyGroup:
    """Images that show the same photograph.

    Attributes:
        kind: the loosest kind of copy in the group.
        members: indices in the collection.
        splits, classes, sources: those that occur in the group.
        weakest: the lowest detail correlation (near) or share of matching detail (altered) among the pairs that formed
            the group; 1 for exact copies.
    """

    kind: str
    members: list[int]
    splits: list[str]
    classes: list[str]
    sources: list[str]
    weakest: float


@dataclass(frozen=True)
class Audit:
    """Result of an audit.

    Attributes:
        name: of the data set.
        images: number of images.
        readable: number of images that could be read.
        problems: one line for each skipped item, such as unreadable images and boxes without an area.
        statistics: images and faces by split and state.
        image_size: shorter sides of the readable images in pixels.
        boxes: statistics of the boxes; None for face images in class folders.
        copies: number of copies, by kind.
        across_splits, across_classes, across_sources: copies in different splits, classes or sources.
        random_split: leakage of a random split.
        groups: groups of copies: first those across splits, then across classes, then by size.
    """

    name: str
    images: int
    readable: int
    problems: list[str]
    statistics: Statistics
    image_size: SizeSummary
    boxes: BoxStatistics | None
    copies: dict[str, CopyCounts]
    across_splits: list[Crossing]
    across_classes: list[Crossing]
    across_sources: list[Crossing]
    random_split: RandomSplit
    groups: list[CopyGroup]

    def to_dict(self, collection: Collection) -> dict[str, Any]:
        """The audit as JSON types, with group members as paths."""
        content = asdict(self) | {"leak": self.random_split.line}
        for group in content["groups"]:
            group["members"] = [str(collection.paths[member]) for member in group["members"]]
        return content


def audit(
    collection: Collection,
    *,
    problems: list[str] | None = None,
    options: DuplicateOptions | None = None,
    seed: int = 0,
    on_progress: OnProgress | None = None,
) -> Audit:
    """Read every image, find duplicates and compute statistics.

    Args:
        collection: the images.
        problems: of the reader; unreadable images are added to them in the audit.
        options: what counts as a duplicate.
        seed: of the random splits.
        on_progress: called after each image and each compared pair.
    """
    prints, duplicates = find_copies(collection, options, on_progress)
    index = prints.index

    def of_readable(values: list[str]) -> list[str]:
        return [values[i] for i in index]

    return Audit(
        name=collection.data.name,
        images=len(collection.paths),
        readable=len(prints),
        problems=[*(problems or []), *prints.unreadable],
        statistics=statistics_of(collection),
        image_size=summarise(prints.sizes.min(axis=1, initial=10**9)),
        boxes=box_statistics(collection.data, prints) if isinstance(collection.data, Dataset) else None,
        copies={kind: _count(getattr(duplicates, kind)) for kind in COPY_KINDS},
        across_splits=crossings(duplicates, of_readable(collection.splits)),
        across_classes=[] if collection.has_boxes else crossings(duplicates, of_readable(collection.labels)),
        across_sources=crossings(duplicates, of_readable(collection.sources)),
        random_split=random_split_leakage(duplicates, seed=seed),
        groups=_groups(collection, prints, duplicates),
    )


def find_copies(
    collection: Collection, options: DuplicateOptions | None = None, on_progress: OnProgress | None = None
) -> tuple[Fingerprints, Duplicates]:
    """Read every image of a collection, and find the copies among them."""
    report = on_progress or (lambda _step, _done, _total: None)
    prints = fingerprint(collection.paths, lambda done, total: report("reading", done, total))
    duplicates = find_duplicates(prints, options, lambda done, total: report("comparing", done, total))
    return prints, duplicates


def _count(groups: np.ndarray[Any, np.dtype[np.int64]]) -> CopyCounts:
    sizes = np.unique(groups, return_counts=True)[1]
    several = sizes[sizes > 1]
    return CopyCounts(len(several), int(several.sum()), len(sizes), int(sizes.max(initial=0)))


def _groups(collection: Collection, prints: Fingerprints, duplicates: Duplicates) -> list[CopyGroup]:
    members: dict[int, list[int]] = {}
    for number, root in enumerate(duplicates.altered.tolist()):
        members.setdefault(root, []).append(number)
    weakest: dict[int, float] = {}
    for pair in duplicates.pairs:
        root = int(duplicates.altered[pair.a])
        value = pair.similarity.shared if pair.kind == "altered" else pair.similarity.detail
        weakest[root] = min(weakest.get(root, 1.0), round(value, 3))
    groups = []
    for root, numbers in members.items():
        if len(numbers) > 1:
            kind = next(kind for kind in COPY_KINDS if len(set(getattr(duplicates, kind)[numbers].tolist())) == 1)
            groups.append(_group(collection, kind, [int(prints.index[n]) for n in numbers], weakest[root]))
    return sorted(groups, key=lambda g: (-len(g.splits), -len(g.classes), -len(g.members), g.members))


def _group(collection: Collection, kind: str, members: list[int], weakest: float) -> CopyGroup:
    return CopyGroup(
        kind=kind,
        members=members,
        splits=sorted({collection.splits[i] for i in members}),
        classes=sorted({collection.labels[i] for i in members} - {""}),
        sources=sorted({collection.sources[i] for i in members} - {""}),
        weakest=weakest,
    )
