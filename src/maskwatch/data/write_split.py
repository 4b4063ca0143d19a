"""Splitting a data set into a new folder, or into a new COCO file that refers to the images in place."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.audit.duplicates import COPY_KINDS
from maskwatch.data.audit.pixel_check import PixelCheck, check_pixels
from maskwatch.data.audit.report import OnProgress, find_copies
from maskwatch.data.collection import Collection
from maskwatch.data.convert import copy_images, copy_or_link
from maskwatch.data.dataset import Dataset
from maskwatch.data.formats.coco import write_coco, write_coco_file
from maskwatch.data.formats.folders import LISTING, FaceDataset
from maskwatch.data.split import SplitOptions, assign_splits
from maskwatch.detections import STATE_NAMES
from maskwatch.errors import DataError, UsageError
from maskwatch.files import UniqueNames, check_free, new_folder


@dataclass(frozen=True)
class SplitReport:
    """Result of a split.

    Attributes:
        target: the new folder or file.
        method: "split by duplicate group" or "naive random split", with details.
        seed: random seed.
        images: number of images in each split.
        faces: number of faces in each split, by state name.
        groups: number of groups of two or more duplicates.
        leaking: number of images outside train with a duplicate in another split, by kind; each kind includes the
            stricter ones.
        check: result of plain pixel correlation between the splits.
        problems: images that could not be read, one line each.
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
        """The report as JSON types."""
        return asdict(self) | {"target": str(self.target)}


def split_collection(
    collection: Collection,
    target: Path,
    options: SplitOptions | None = None,
    *,
    link: bool = False,
    on_progress: OnProgress | None = None,
) -> SplitReport:
    """Split images into train, val and test, and write the result as a new data set.

    Args:
        collection: the images; their present splits are ignored.
        target: a new folder, with ``<split>/<class>/`` for face images and COCO for images with boxes. For the latter
            also a new ``.json`` file, which refers to the images in place.
        options: shares, seed, and how duplicates are treated.
        link: hard-link the images instead of copying them; both names are then the same file.
        on_progress: as in `maskwatch.data.audit.report.audit`.

    Raises:
        UsageError: when ``target`` exists, or is a .json file for face images.
        DataError: when no image can be read.
        SinkError: when it cannot be written.
    """
    options = options or SplitOptions()
    _check_target(collection, target)
    prints, duplicates = find_copies(collection, on_progress=on_progress)
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
        leaking={kind: _leaking(getattr(duplicates, kind), names) for kind in COPY_KINDS},
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
        raise UsageError(f"{target}: face images need a folder, not a .json file")
    check_free(target)


def _faces(collection: Collection, index: NDArray[np.int64]) -> dict[str, int]:
    return {name: int(n) for name, n in zip(STATE_NAMES, collection.states[index].sum(axis=0), strict=True)}


def _leaking(groups: NDArray[np.int64], splits: NDArray[np.str_]) -> int:
    """Number of images outside train whose group spans several splits."""
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
        write_coco_file(dataset, target, {"split": record})
    else:
        with new_folder(target) as folder:
            write_coco(copy_images(dataset, folder, "images", link=link), folder, {"split": record})


def _with_splits(data: Dataset, assigned: _Assignment) -> Dataset:
    rows = zip(assigned.index.tolist(), assigned.splits, assigned.groups, strict=True)
    return Dataset([replace(data.images[i], split=split, group=group) for i, split, group in rows], data.name)


def _write_faces(data: FaceDataset, assigned: _Assignment, folder: Path, link: bool) -> None:
    names = UniqueNames(by_stem=True)
    rows = []
    for i, split, group in zip(assigned.index.tolist(), assigned.splits, assigned.groups, strict=True):
        face = data.images[i]
        file = names.take(f"{split}/{face.class_id.name}/{face.path.stem}", face.path.suffix)
        copy_or_link(face.path, folder / file, link=link)
        rows.append((file.as_posix(), face.class_id.name, split, group, face.source, str(face.path)))
    with (folder / LISTING).open("w", newline="", encoding="utf-8") as lines:
        table = csv.writer(lines)
        table.writerow(("file", "class", "split", "group", "source", "image"))
        table.writerows(rows)
