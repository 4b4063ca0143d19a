"""A look at a data set before anything is trained on it: counts, balance, sizes, damage, copies, leakage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from maskwatch.data.audit.duplicates import DuplicateOptions, Duplicates, find_duplicates
from maskwatch.data.audit.fingerprints import Fingerprints, fingerprint
from maskwatch.data.audit.leakage import KINDS, Crossing, RandomSplit, crossings, random_split_leakage
from maskwatch.data.audit.statistics import BoxFindings, SizeSummary, Statistics, box_findings, statistics_of, summarise
from maskwatch.data.collection import Collection
from maskwatch.data.dataset import Dataset

Stage = Literal["reading", "comparing"]
Progress = Callable[[Stage, int, int], None]


@dataclass(frozen=True)
class CopyCounts:
    """How many copies there are, of one kind and those before it.

    Attributes:
        groups: of two images or more.
        images: in those groups.
        distinct: photographs that remain when one of each group is kept.
        largest: images in the largest group.
    """

    groups: int
    images: int
    distinct: int
    largest: int


@dataclass(frozen=True)
class CopyGroup:
    """Images that show the same photograph.

    Attributes:
        kind: the loosest kind of copy that holds the group together.
        members: places in the collection.
        splits, classes, sources: those that occur in it.
        weakest: the lowest detail correlation (near) or share of agreeing detail (altered) among the pairs that made
            it; 1 for exact copies.
    """

    kind: str
    members: list[int]
    splits: list[str]
    classes: list[str]
    sources: list[str]
    weakest: float


@dataclass(frozen=True)
class Audit:
    """All that was found.

    Attributes:
        name: of the data.
        images: in all; ``readable`` of them could be read.
        problems: one line for each thing left out: images that cannot be read, boxes without area and the like.
        census: faces by split and state.
        image_size: shorter sides of the readable images in pixels.
        boxes: what there is to say of boxes; None for face images in class folders.
        copies: by kind.
        across_splits, across_classes, across_sources: copies in different parts.
        random_split: what a random split would leak.
        groups: of copies, those first that lie across splits, then across classes, then the largest.
    """

    name: str
    images: int
    readable: int
    problems: list[str]
    census: Statistics
    image_size: SizeSummary
    boxes: BoxFindings | None
    copies: dict[str, CopyCounts]
    across_splits: list[Crossing]
    across_classes: list[Crossing]
    across_sources: list[Crossing]
    random_split: RandomSplit
    groups: list[CopyGroup]

    def to_dict(self, collection: Collection) -> dict[str, Any]:
        """The audit as JSON values, group members as paths."""
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
    progress: Progress | None = None,
) -> Audit:
    """Read every image and report.

    Args:
        collection: the images.
        problems: what the reader left out; the images that cannot be read are added in the report.
        options: what counts as a duplicate.
        seed: of the random splits whose leakage is reported.
        progress: called with what is being done, how far, and of how much.
    """
    prints, duplicates = examine(collection, options, progress)
    index = prints.index

    def of_readable(values: list[str]) -> list[str]:
        return [values[i] for i in index]

    return Audit(
        name=collection.data.name,
        images=len(collection.paths),
        readable=len(prints),
        problems=[*(problems or []), *prints.unreadable],
        census=statistics_of(collection),
        image_size=summarise(prints.sizes.min(axis=1, initial=10**9)),
        boxes=box_findings(collection.data, prints) if isinstance(collection.data, Dataset) else None,
        copies={kind: _count(getattr(duplicates, kind)) for kind in KINDS},
        across_splits=crossings(duplicates, of_readable(collection.splits)),
        across_classes=[] if collection.has_boxes else crossings(duplicates, of_readable(collection.labels)),
        across_sources=crossings(duplicates, of_readable(collection.sources)),
        random_split=random_split_leakage(duplicates, seed=seed),
        groups=_groups(collection, prints, duplicates),
    )


def examine(
    collection: Collection, options: DuplicateOptions | None = None, progress: Progress | None = None
) -> tuple[Fingerprints, Duplicates]:
    """Read every image of a collection and find the copies among them."""
    prints = fingerprint(collection.paths, progress and (lambda done, total: progress("reading", done, total)))
    duplicates = find_duplicates(prints, options, progress and (lambda done, total: progress("comparing", done, total)))
    return prints, duplicates


def _count(groups: np.ndarray[Any, np.dtype[np.int64]]) -> CopyCounts:
    sizes = np.unique(groups, return_counts=True)[1]
    several = sizes[sizes > 1]
    return CopyCounts(len(several), int(several.sum()), len(sizes), int(sizes.max(initial=0)))


def _groups(collection: Collection, prints: Fingerprints, duplicates: Duplicates) -> list[CopyGroup]:
    members: dict[int, list[int]] = {}
    for place, root in enumerate(duplicates.altered.tolist()):
        members.setdefault(root, []).append(place)
    weakest: dict[int, float] = {}
    for pair in duplicates.pairs:
        root = int(duplicates.altered[pair.a])
        value = pair.similarity.shared if pair.kind == "altered" else pair.similarity.detail
        weakest[root] = min(weakest.get(root, 1.0), round(value, 3))
    found = []
    for root, places in members.items():
        if len(places) > 1:
            kind = next(kind for kind in KINDS if len(set(getattr(duplicates, kind)[places].tolist())) == 1)
            found.append(_group(collection, kind, [int(prints.index[place]) for place in places], weakest[root]))
    return sorted(found, key=lambda g: (-len(g.splits), -len(g.classes), -len(g.members), g.members))


def _group(collection: Collection, kind: str, members: list[int], weakest: float) -> CopyGroup:
    return CopyGroup(
        kind=kind,
        members=members,
        splits=sorted({collection.splits[i] for i in members}),
        classes=sorted({collection.labels[i] for i in members} - {""}),
        sources=sorted({collection.sources[i] for i in members} - {""}),
        weakest=weakest,
    )
