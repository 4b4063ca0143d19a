"""A split on disk: a new folder tree, or a new COCO file that refers to the images where they are."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.audit.leakage import KINDS
from maskwatch.data.audit.pixel_check import PixelCheck, check_pixels
from maskwatch.data.audit.report import Progress, examine
from maskwatch.data.collection import Collection
from maskwatch.data.convert import to_coco_folder
from maskwatch.data.dataset import Dataset
from maskwatch.data.formats.coco import coco_content
from maskwatch.data.formats.folders import LISTING, FaceDataset
from maskwatch.data.output import place
from maskwatch.data.split import SplitOptions, assign_splits
from maskwatch.detections import STATE_NAMES
from maskwatch.errors import DataError, UsageError
from maskwatch.files import UniqueNames, check_free, new_folder, write_new


@dataclass(frozen=True)
class SplitReport:
    """What was written.

    Attributes:
        target: the new folder or file.
        method: "split by duplicate group" or that it is the naive one.
        seed: of the random choices.
        images: in each split.
        faces: in each split, by state name.
        groups: duplicate groups of two images or more.
        leaking: images outside train that have a copy in another split, by kind, each including those before it.
        check: what plain pixel correlation finds between the splits.
        problems: images left out because they could not be read.
    """

    target: Path
    method: str
    seed: int
    images: dict[str, int]
    faces: dict[str, dict[str, int]]
    groups: int
    leaking: dict[str, int]
    check: PixelCheck
    problems: list[str]

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values."""
        return asdict(self) | {"target": str(self.target)}


def split_collection(
    collection: Collection,
    target: Path,
    options: SplitOptions | None = None,
    *,
    link: bool = False,
    progress: Progress | None = None,
) -> SplitReport:
    """Divide images into train, val and test, and write the result as a new data set.

    Args:
        collection: the images; splits that they have already play no part.
        target: a new folder: ``<split>/<class>/`` for face images, COCO for images with boxes. For these also a
            new ``.json`` file, which refers to the images where they are.
        options: shares, seed, naive or not.
        link: hard-link the images instead of copying them; both names are then the same file.
        progress: as in `maskwatch.data.audit.report.audit`.

    Raises:
        UsageError: when ``target`` exists, or is a .json file and the images are faces in class folders.
        DataError: when no image can be read.
        SinkError: when it cannot be written.
    """
    options = options or SplitOptions()
    _check_target(collection, target)
    prints, duplicates = examine(collection, progress=progress)
    if not len(prints):
        raise DataError(f"{collection.data.name}: no image can be read")
    splits, groups = assign_splits(collection, prints.index, duplicates, options)
    names = np.array(splits, np.str_)
    report = SplitReport(
        target=target,
        method=options.method,
        seed=options.seed,
        images={name: int((names == name).sum()) for name in options.shares},
        faces={name: _faces(collection, prints.index[names == name]) for name in options.shares},
        groups=int((np.unique(groups, return_counts=True)[1] > 1).sum()),
        leaking={kind: _leaking(getattr(duplicates, kind), names) for kind in KINDS},
        check=check_pixels(prints, splits),
        problems=prints.unreadable,
    )
    _write(collection, target, _Assignment(prints.index, splits, groups.tolist()), report, link)
    return report


@dataclass(frozen=True)
class _Assignment:
    index: NDArray[np.int64]
    splits: list[str]
    groups: list[int]


def _check_target(collection: Collection, target: Path) -> None:
    if target.suffix.lower() == ".json" and not collection.has_boxes:
        raise UsageError(f"{target}: face images in class folders need a folder, not a .json file")
    check_free(target)


def _faces(collection: Collection, index: NDArray[np.int64]) -> dict[str, int]:
    return {name: int(n) for name, n in zip(STATE_NAMES, collection.states[index].sum(axis=0), strict=True)}


def _leaking(groups: NDArray[np.int64], splits: NDArray[np.str_]) -> int:
    """Images outside train whose group reaches into another split."""
    reach = {(group, split) for group, split in zip(groups.tolist(), splits.tolist(), strict=True)}
    spread = Counter(group for group, _ in reach)
    several = np.array([spread[group] > 1 for group in groups.tolist()], bool)
    return int((several & (splits != "train")).sum())


def _write(collection: Collection, target: Path, assigned: _Assignment, report: SplitReport, link: bool) -> None:
    record = report.to_dict()
    if isinstance(collection.data, FaceDataset):
        with new_folder(target) as folder:
            _write_faces(collection.data, assigned, folder, link)
            (folder / "split.json").write_text(json.dumps(record, indent=1), encoding="utf-8")
        return
    dataset = _with_splits(collection.data, assigned)
    if target.suffix.lower() == ".json":
        write_new(target, json.dumps(coco_content(dataset, target.resolve().parent, {"split": record})))
    else:
        with new_folder(target) as folder:
            to_coco_folder(dataset, folder, link, {"split": record})


def _with_splits(data: Dataset, assigned: _Assignment) -> Dataset:
    rows = zip(assigned.index.tolist(), assigned.splits, assigned.groups, strict=True)
    return Dataset([replace(data.images[i], split=split, group=group) for i, split, group in rows], data.name)


def _write_faces(data: FaceDataset, assigned: _Assignment, folder: Path, link: bool) -> None:
    names = UniqueNames(by_stem=True)
    rows = []
    for i, split, group in zip(assigned.index.tolist(), assigned.splits, assigned.groups, strict=True):
        face = data.images[i]
        home = f"{split}/{face.class_id.name}"
        path = folder / names.take(f"{home}/{face.path.stem}", face.path.suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        place(face.path, path, link=link)
        rows.append((f"{home}/{path.name}", face.class_id.name, split, group, face.source, str(face.path)))
    with (folder / LISTING).open("w", newline="", encoding="utf-8") as lines:
        table = csv.writer(lines)
        table.writerow(("file", "class", "split", "group", "source", "image"))
        table.writerows(rows)
