"""Cropping labelled faces into class folders, for training and evaluating classifiers."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from maskwatch.boxes import clip, crop_box, shorter_side
from maskwatch.data.dataset import Dataset, LabelledImage
from maskwatch.data.formats.folders import LISTING, UNSPLIT
from maskwatch.data.pixels import labelled_pixels
from maskwatch.detections import STATE_NAMES
from maskwatch.errors import DataError, SourceError, UsageError
from maskwatch.files import UniqueNames, new_folder
from maskwatch.frames import Image

_LISTING_HEADER = (
    *("file", "class", "split", "group", "source", "image"),
    *("x_min", "y_min", "x_max", "y_max", "labels", "boxes"),
)


@dataclass(frozen=True)
class CropOptions:
    """How faces are cropped.

    Attributes:
        margin: margin on each side as a fraction of the box's width and height, cut off at the image border.
        square: expand the shorter side to a square first, where the image allows.
        min_size: skip faces with a smaller shorter side, in pixels.
        only_3class: skip images in which incorrect wearing was not labelled.
        quality: JPEG quality, 1 to 100; 0 writes PNG.

    Raises:
        UsageError: when a value is out of range.
    """

    margin: float = 0.15
    square: bool = False
    min_size: float = 0
    only_3class: bool = False
    quality: int = 95

    def __post_init__(self) -> None:
        if not 0 <= self.margin <= 2:
            raise UsageError(f"margin {self.margin:g}: give a fraction of the box between 0 and 2")
        if not 0 <= self.quality <= 100:
            raise UsageError(f"quality {self.quality}: give 1 to 100, or 0 for PNG")


@dataclass
class CropReport:
    """Number of crops by split and class, and of skipped faces by reason."""

    target: Path
    written: dict[str, Counter[str]] = field(default_factory=dict)
    too_small: int = 0
    not_3class: int = 0
    ignored: int = 0
    unreadable: list[str] = field(default_factory=list)


def crop_faces(
    dataset: Dataset,
    target: Path,
    options: CropOptions | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> CropReport:
    """Crop every labelled face into ``target/<split>/<class>/``, or ``target/<class>/`` for a single split.

    ``target/faces.csv`` lists the image, the box and the group of each crop. Faces of one image, and of images that
    share a group, belong to one group and must stay in one split.

    Args:
        dataset: images with boxes.
        target: a new folder.
        options: margin, smallest size and so on.
        on_progress: called with the number of images done and the total.

    Returns:
        The counts. Images that cannot be read are skipped and listed there.

    Raises:
        UsageError: when ``target`` is not empty.
        DataError: when there is no face to crop.
        SinkError: when it cannot be written.
    """
    options = options or CropOptions()
    report = CropReport(target)
    with new_folder(target) as folder:
        writer = _CropWriter(folder, options.quality, split_folders=len(dataset.splits) > 1)
        for done, (labelled, group) in enumerate(zip(dataset, _groups(dataset), strict=True), start=1):
            _crop_image(labelled, group, options, writer, report)
            if on_progress:
                on_progress(done, len(dataset))
        if not report.written:
            raise DataError(f"{dataset.name}: no face to crop ({report.too_small} too small)")
        writer.write_listing()
    return report


def _groups(dataset: Dataset) -> Iterator[int]:
    """The group of each image; images without a group get a new one."""
    last = max((image.group for image in dataset if image.group is not None), default=-1)
    for image in dataset:
        if image.group is None:
            last += 1
        yield last if image.group is None else image.group


def _crop_image(
    labelled: LabelledImage, group: int, options: CropOptions, writer: _CropWriter, report: CropReport
) -> None:
    report.ignored += len(labelled.ignore)
    if options.only_3class and labelled.labels != "3class":
        report.not_3class += len(labelled.xyxy)
        return
    visible = clip(labelled.xyxy, labelled.width, labelled.height)
    wanted = np.flatnonzero(shorter_side(visible) >= max(options.min_size, 1))
    report.too_small += len(labelled.xyxy) - len(wanted)
    if not len(wanted):
        return
    try:
        image = labelled_pixels(labelled)
    except (SourceError, DataError) as error:
        report.unreadable.append(str(error))
        return
    for i in wanted:
        state = STATE_NAMES[labelled.class_id[i]]
        x1, y1, x2, y2 = crop_box(
            labelled.xyxy[i], labelled.width, labelled.height, margin=options.margin, square=options.square
        )
        writer.write(image[y1:y2, x1:x2], labelled, group, state, (x1, y1, x2, y2))
        report.written.setdefault(labelled.split, Counter())[state] += 1


class _CropWriter:
    """Saves crops in class folders, and lists them in ``faces.csv``."""

    def __init__(self, folder: Path, quality: int, *, split_folders: bool) -> None:
        self._folder, self._quality, self._split_folders = folder, quality, split_folders
        self._names = UniqueNames(by_stem=True)
        self._rows: list[tuple[object, ...]] = []

    def write(
        self, crop: Image, labelled: LabelledImage, group: int, state: str, corners: tuple[int, int, int, int]
    ) -> None:
        """Save one crop (H, W, 3) with corners [x1, y1, x2, y2) in the image."""
        from PIL import Image as pil

        class_folder = f"{labelled.split}/{state}" if self._split_folders else state
        file = self._names.take(f"{class_folder}/{labelled.path.stem}", ".jpg" if self._quality else ".png")
        path = self._folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        if self._quality:
            pil.fromarray(crop).save(path, quality=self._quality)
        else:
            pil.fromarray(crop).save(path)
        split = labelled.split if self._split_folders else UNSPLIT
        origin = (str(labelled.path), *corners, labelled.labels, labelled.boxes)
        self._rows.append((file.as_posix(), state, split, group, labelled.source, *origin))

    def write_listing(self) -> None:
        with (self._folder / LISTING).open("w", newline="", encoding="utf-8") as lines:
            table = csv.writer(lines)
            table.writerow(_LISTING_HEADER)
            table.writerows(self._rows)
