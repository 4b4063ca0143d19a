"""Converting a data set to another annotation format, images included."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from maskwatch.data.dataset import Dataset
from maskwatch.data.formats import data_format, data_formats
from maskwatch.errors import DataError, SinkError, UsageError
from maskwatch.files import UniqueNames, new_folder


@dataclass(frozen=True)
class Conversion:
    """Result of a conversion.

    Attributes:
        target: the new folder or file.
        format: one of `maskwatch.data.formats.FORMATS`.
        images: number of images.
        boxes: number of labelled boxes, without ignore regions.
        splits: number of images in each split.
        lost: what the format cannot represent, one line each.
    """

    target: Path
    format: str
    images: int
    boxes: int
    splits: dict[str, int]
    lost: list[str]


def convert(dataset: Dataset, target: Path, format: str, *, link: bool = False) -> Conversion:  # noqa: A002
    """Write a data set in another format.

    Args:
        dataset: the images and labels.
        target: a new folder; for formats with a single annotation file (COCO) also a new file, which refers to the
            images in place.
        format: one of `maskwatch.data.formats.FORMATS`.
        link: hard-link the images instead of copying them; both names are then the same file.

    Raises:
        UsageError: when ``target`` exists, or is a file and the format needs a folder.
        SinkError: when it cannot be written.
    """
    record, suffix = data_format(format), target.suffix.lower()
    if record.write_file and suffix in record.suffixes:
        record.write_file(dataset, target)
    elif any(other.write_file and suffix in other.suffixes for other in data_formats().values()):
        raise UsageError(f"{target}: {format} needs a folder, not a {suffix} file")
    else:
        with new_folder(target) as folder:
            record.write(copy_images(dataset, folder, record.image_folder, link=link), folder)
    boxes = sum(len(image.xyxy) for image in dataset)
    return Conversion(target, format, len(dataset), boxes, dataset.splits, record.losses(dataset))


def copy_images(dataset: Dataset, folder: Path, image_folder: str, *, link: bool) -> Dataset:
    """Copy or link the images of a data set, under unique names.

    Args:
        dataset: the images.
        folder: of the new data set.
        image_folder: in ``folder``; ``{split}`` stands for the split of an image.
        link: as in `copy_or_link`.

    Returns:
        The data set with the new paths.

    Raises:
        DataError: when the name of a split cannot be the name of a folder.
        SinkError: when hard links are not possible.
        OSError: when an image cannot be written.
    """
    names = UniqueNames(by_stem=True)
    copied = []
    for image in dataset:
        if Path(image.split).name != image.split:
            raise DataError(f"{image.path}: its split is called '{image.split}', which cannot be a folder; rename it")
        stem = f"{image_folder.format(split=image.split)}/{image.path.stem}"
        path = folder / names.take(stem, image.path.suffix)
        copy_or_link(image.path, path, link=link)
        copied.append(replace(image, path=path))
    return Dataset(copied, str(folder))


def copy_or_link(source: Path, target: Path, *, link: bool) -> None:
    """Copy a file, or create a hard link to it; the folder of ``target`` is created if needed.

    Raises:
        SinkError: when hard links are not possible, as between different disks.
        OSError: when it cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if not link:
        shutil.copyfile(source, target)
        return
    try:
        os.link(source, target)
    except OSError as error:
        raise SinkError(f"{target}: no hard link possible ({error.strerror}); omit --link to copy") from error
