"""From one annotation format to another: a new folder with images and annotations, and what was lost on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from maskwatch.data.dataset import Dataset
from maskwatch.data.formats.coco import write_coco
from maskwatch.data.formats.readers import FORMATS, named_format
from maskwatch.data.output import place
from maskwatch.errors import DataError, UsageError
from maskwatch.files import UniqueNames, new_folder


@dataclass(frozen=True)
class Conversion:
    """What was written.

    Attributes:
        target: the new folder or file.
        format: a name in `FORMATS`.
        images: how many of them.
        boxes: how many labelled ones, ignored ones not counted.
        splits: images in each.
        lost: what the format has no place for, a line each.
    """

    target: Path
    format: str
    images: int
    boxes: int
    splits: dict[str, int]
    lost: list[str]


def convert(dataset: Dataset, target: Path, format: str, *, link: bool = False) -> Conversion:  # noqa: A002
    """Write a data set in another format, images included.

    Args:
        dataset: as read; nothing of it is changed.
        target: a new folder; for COCO also a new ``.json`` file, which then refers to the images where they are.
        format: of the annotations.
        link: hard-link the images instead of copying them; both names are then the same file.

    Raises:
        UsageError: when the format is not known, or ``target`` exists, or is a file and the format needs a folder.
        SinkError: when it cannot be written.
    """
    to = named_format(format)
    if target.suffix.lower() in {suffix for one in FORMATS.values() for suffix in one.suffixes}:
        if to.write_file is None or target.suffix.lower() not in to.suffixes:
            raise UsageError(f"{target}: {format} needs a folder, not a {target.suffix} file")
        to.write_file(dataset, target)
    else:
        with new_folder(target) as folder:
            to.write(_place(dataset, folder, to.images, link), folder)
    boxes = sum(len(image.xyxy) for image in dataset)
    return Conversion(target, format, len(dataset), boxes, dataset.splits, to.losses(dataset))


def to_coco_folder(dataset: Dataset, folder: Path, link: bool, info: dict[str, Any] | None = None) -> None:
    """Write ``images/`` and ``annotations.json`` into a folder; ``info`` goes into the file as it is."""
    write_coco(_place(dataset, folder, "images", link), folder, info)


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
