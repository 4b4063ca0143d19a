"""From one annotation format to another: a new folder with images and annotations, and what was lost on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from maskwatch.data.dataset import Dataset, LabelledImage
from maskwatch.data.formats.coco import coco_content
from maskwatch.data.formats.voc_writer import write_voc_files
from maskwatch.data.formats.yolo_writer import write_yolo_files
from maskwatch.data.output import place
from maskwatch.errors import DataError, UsageError
from maskwatch.files import UniqueNames, new_folder, write_new

Format = Literal["coco", "voc", "yolo"]


@dataclass(frozen=True)
class Conversion:
    """What was written.

    Attributes:
        target: the new folder or file.
        format: "coco", "voc" or "yolo".
        images: how many of them.
        boxes: how many labelled ones, ignored ones not counted.
        splits: images in each.
        lost: what the format has no place for, a line each.
    """

    target: Path
    format: Format
    images: int
    boxes: int
    splits: dict[str, int]
    lost: list[str]


def convert(dataset: Dataset, target: Path, format: Format, *, link: bool = False) -> Conversion:  # noqa: A002
    """Write a data set in another format, images included.

    Args:
        dataset: as read; nothing of it is changed.
        target: a new folder; for COCO also a new ``.json`` file, which then refers to the images where they are.
        format: of the annotations.
        link: hard-link the images instead of copying them; both names are then the same file.

    Raises:
        UsageError: when ``target`` exists, or is a file and the format needs a folder.
        SinkError: when it cannot be written.
    """
    if target.suffix.lower() == ".json":
        if format != "coco":
            raise UsageError(f"{target}: {format} needs a folder, not a .json file")
        write_new(target, json.dumps(coco_content(dataset, target.resolve().parent)))
    else:
        with new_folder(target) as folder:
            _LAYOUTS[format](dataset, folder, link)
    boxes = sum(len(image.xyxy) for image in dataset)
    return Conversion(target, format, len(dataset), boxes, dataset.splits, losses(dataset, format))


def losses(dataset: Dataset, format: Format) -> list[str]:  # noqa: A002
    """What ``format`` has no place for, a line each; empty when all is kept."""
    if format == "coco":
        return []
    if format == "voc":
        moved = sum(bool((np.abs(image.xyxy - np.round(image.xyxy)) > 1e-3).any()) for image in dataset)
        return [f"{moved} images: boxes rounded to whole pixels"] if moved else []
    turned = _count(dataset, lambda i: i.upright)
    kinds = {
        "ignored boxes, which say that a face there counts neither way": sum(len(image.ignore) for image in dataset),
        "images: that incorrect wearing was not marked there (2class)": _count(dataset, lambda i: i.labels == "2class"),
        "images: that their boxes are loose or a detector's": _count(dataset, lambda i: i.boxes != "tight"),
        "images: the number of their duplicate group": _count(dataset, lambda i: i.group is not None),
        "images: the name of their source": _count(dataset, lambda i: bool(i.source)),
        "images: that their boxes are in upright pixels": turned if turned < len(dataset) else 0,
    }
    return [f"{number} {kind}" for kind, number in kinds.items() if number]


def _count(dataset: Dataset, holds: Callable[[LabelledImage], bool]) -> int:
    return sum(map(holds, dataset))


def to_coco_folder(dataset: Dataset, folder: Path, link: bool, info: dict[str, Any] | None = None) -> None:
    """Write ``images/`` and ``annotations.json`` into a folder; ``info`` goes into the file as it is."""
    placed = _place(dataset, folder, "images", link)
    (folder / "annotations.json").write_text(json.dumps(coco_content(placed, folder, info)), encoding="utf-8")


def _to_voc(dataset: Dataset, folder: Path, link: bool) -> None:
    write_voc_files(_place(dataset, folder, "JPEGImages", link), folder)


def _to_yolo(dataset: Dataset, folder: Path, link: bool) -> None:
    write_yolo_files(_place(dataset, folder, "images/{split}", link), folder)


_LAYOUTS: dict[Format, Callable[[Dataset, Path, bool], None]] = {
    "coco": to_coco_folder,
    "voc": _to_voc,
    "yolo": _to_yolo,
}


def _place(dataset: Dataset, folder: Path, pattern: str, link: bool) -> Dataset:
    """The data set with its images put under ``folder``; ``{split}`` in the pattern is each image's own."""
    names = UniqueNames(by_stem=True)
    placed = []
    for image in dataset:
        if Path(image.split).name != image.split:
            raise DataError(f"{image.path}: its split is called '{image.split}', which cannot be a folder; rename it")
        home = pattern.format(split=image.split)
        path = folder / names.take(f"{home}/{image.path.stem}", image.path.suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        place(image.path, path, link=link)
        placed.append(replace(image, path=path))
    return Dataset(placed, str(folder))
