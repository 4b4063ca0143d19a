"""Crop faces from labelled images into class folders, to train and evaluate classifiers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from maskwatch.boxes import clip, crop_box, shorter_side
from maskwatch.data.crop_writer import CropWriter
from maskwatch.data.dataset import Dataset, LabelledImage
from maskwatch.data.pixels import labelled_pixels
from maskwatch.detections import STATE_NAMES
from maskwatch.errors import DataError, SourceError, UsageError
from maskwatch.files import new_folder


@dataclass(frozen=True)
class CropOptions:
    """How faces are cut.

    Attributes:
        margin: added on each side, as a share of the box's width and height. Cut at the image's border.
        square: widen the shorter side first, so that the crop is a square wherever the image allows.
        min_size: faces whose shorter side has fewer pixels are left out.
        only_3class: leave out images where incorrect wearing was not marked.
        quality: of the JPEG files, 1 to 100; 0 writes PNG files, which lose nothing.
    """

    margin: float = 0.15
    square: bool = False
    min_size: float = 0
    only_3class: bool = False
    quality: int = 95

    def __post_init__(self) -> None:
        if not 0 <= self.margin <= 2:
            raise UsageError(f"margin {self.margin:g}: give a share of the box between 0 and 2")
        if not 0 <= self.quality <= 100:
            raise UsageError(f"quality {self.quality}: give 1 to 100, or 0 for PNG")


@dataclass
class CropReport:
    """What became of the faces: crops by split and class, and what was left out."""

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
    progress: Callable[[int, int], None] | None = None,
) -> CropReport:
    """Cut every labelled face out into ``target/<split>/<class>/``, or ``target/<class>/`` where there is one split.

    ``target/faces.csv`` says for each crop from which image and box it came, and to which group it belongs: faces
    of one image, and of images that share a group, must stay in one split.

    Args:
        dataset: images with boxes; nothing of it is changed.
        target: a new folder.
        options: margin, smallest size and so on.
        progress: called with the number of images done and of all.

    Returns:
        The counts. Images that cannot be read are left out and named there.

    Raises:
        UsageError: when ``target`` holds something already.
        DataError: when no face is left.
        SinkError: when it cannot be written.
    """
    options = options or CropOptions()
    report = CropReport(target)
    with new_folder(target) as folder:
        writer = CropWriter(folder, options.quality, split_folders=len(dataset.splits) > 1)
        groups = _groups(dataset)
        for done, (labelled, group) in enumerate(zip(dataset, groups, strict=True), start=1):
            _crop_one(labelled, group, options, writer, report)
            if progress:
                progress(done, len(dataset))
        if not report.written:
            raise DataError(f"{dataset.name}: no face to cut out ({report.too_small} too small)")
        writer.write_listing()
    return report


def _groups(dataset: Dataset) -> Iterator[int]:
    """A number for each image: its own group, or one that no other image has."""
    fresh = max((image.group for image in dataset if image.group is not None), default=-1)
    for image in dataset:
        if image.group is None:
            fresh += 1
        yield fresh if image.group is None else image.group


def _crop_one(
    labelled: LabelledImage, group: int, options: CropOptions, writer: CropWriter, report: CropReport
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
