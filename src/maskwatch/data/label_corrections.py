"""Label corrections: a CSV file of image names, boxes and states that corrects a third-party data set."""

from __future__ import annotations

import csv
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import iou
from maskwatch.data.dataset import Dataset, LabelledImage
from maskwatch.detections import STATE_NAMES, MaskState
from maskwatch.errors import DataError

HEADER = ("image", "x_min", "y_min", "x_max", "y_max", "was", "now", "why")
SAME_BOX = 0.7
"""IoU from which a box in the file and a labelled box are the same."""

_IGNORE = "ignore"
_IMAGE_CHANGES = {("image", ""), ("2class", "3class"), ("3class", "2class")}
_BOX_CHANGES = {(was, now) for was in ("", _IGNORE, *STATE_NAMES) for now in ("", _IGNORE, *STATE_NAMES) if was != now}


@dataclass(frozen=True)
class LabelCorrection:
    """One line of the file.

    Attributes:
        where: file and line, for messages.
        image: file name, without folders.
        box: float32 (4,), xyxy in pixels of the labelled image; None for the whole image.
        was: old label: a state, "ignore", or "" for a face without a box; for images "image", "2class" or "3class".
        now: new label, from the same values; "" removes the box or the image.
        why: a few words.
    """

    where: str
    image: str
    box: NDArray[np.float32] | None
    was: str
    now: str
    why: str


def read_label_corrections(path: Path) -> list[LabelCorrection]:
    """Read a CSV file with the columns of `HEADER`.

    Raises:
        DataError: when it cannot be read, or a line is not a possible correction.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if tuple(reader.fieldnames or ()) != HEADER:
                raise DataError(f"{path}: not a file of label corrections; the first line must be {','.join(HEADER)}")
            return [_correction(f"{path}, line {reader.line_num}", row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: cannot be read ({error})") from error


def _correction(where: str, row: dict[str, str]) -> LabelCorrection:
    if None in row or None in row.values():
        raise DataError(f"{where}: needs {len(HEADER)} columns: {','.join(HEADER)}")
    change, numbers = (row["was"], row["now"]), [row[name] for name in HEADER[1:5]]
    if change in _IMAGE_CHANGES and not any(numbers):
        return LabelCorrection(where, row["image"], None, *change, row["why"])
    if change not in _BOX_CHANGES:
        states = ", ".join((*STATE_NAMES, _IGNORE))
        raise DataError(
            f"{where}: '{change[0]}' cannot become '{change[1]}'; for a box use {states} or nothing, for an image "
            "use 'image' and nothing, or 2class and 3class, without a box"
        )
    try:
        box = np.array([float(number) for number in numbers], np.float32)
    except ValueError as error:
        raise DataError(f"{where}: x_min, y_min, x_max and y_max must be numbers ({error})") from error
    if not all(math.isfinite(number) for number in box) or box[0] >= box[2] or box[1] >= box[3]:
        raise DataError(f"{where}: the box has no area; write x_min,y_min,x_max,y_max in pixels")
    return LabelCorrection(where, row["image"], box, *change, row["why"])


def correct_labels(dataset: Dataset, path: Path | None) -> Dataset:
    """Apply label corrections to a data set; without a file, return it unchanged.

    Raises:
        DataError: as in `correct_all_labels`.
    """
    return dataset if path is None else correct_all_labels([dataset], path)[0]


def correct_all_labels(datasets: Sequence[Dataset], path: Path) -> list[Dataset]:
    """Apply one file of label corrections to several data sets that together contain its images.

    An image to be removed may already be absent; every other line must match an image and a box.

    Raises:
        DataError: when the file is no such file, or a line matches no image, several images of a name, or no box.
    """
    by_image: dict[str, list[LabelCorrection]] = defaultdict(list)
    for correction in read_label_corrections(path):
        by_image[correction.image].append(correction)
    count = Counter(image.path.name for dataset in datasets for image in dataset)
    for name, corrections in by_image.items():
        if count[name] > 1:
            raise DataError(f"{corrections[0].where}: {count[name]} images are called {name}; rename all but one")
        if not count[name] and any(correction.was != "image" for correction in corrections):
            where = ", ".join(dataset.name for dataset in datasets)
            raise DataError(
                f"{corrections[0].where}: no image called {name} in {where}; "
                "give the complete data set that the file was made for, or delete the line"
            )
    return [_with_corrections(dataset, by_image) for dataset in datasets]


def _with_corrections(dataset: Dataset, by_image: Mapping[str, list[LabelCorrection]]) -> Dataset:
    images = [one for image in dataset for one in _corrected(image, by_image.get(image.path.name, []))]
    return Dataset(images, dataset.name)


def _corrected(image: LabelledImage, corrections: list[LabelCorrection]) -> list[LabelledImage]:
    """The image with all its corrections; an empty list if it is removed."""
    for correction in corrections:
        if correction.was == "image":
            return []
        image = _with_labels(image, correction) if correction.box is None else _with_box(image, correction)
    return [image]


def _with_labels(image: LabelledImage, correction: LabelCorrection) -> LabelledImage:
    if image.labels != correction.was:
        raise DataError(f"{correction.where}: {correction.image} is already {image.labels}; delete the line")
    return replace(image, labels="3class" if correction.now == "3class" else "2class")


def _with_box(image: LabelledImage, correction: LabelCorrection) -> LabelledImage:
    assert correction.box is not None
    boxes = np.concatenate([image.xyxy, image.ignore]).astype(np.float32)
    names = [STATE_NAMES[state] for state in image.class_id] + [_IGNORE] * len(image.ignore)
    overlap = iou(correction.box[None], boxes)[0]
    same = [i for i in np.argsort(-overlap) if overlap[i] >= SAME_BOX]
    index = next((i for i in same if names[i] == correction.was), None)
    if (correction.was and index is None) or (not correction.was and same):
        present = f"the box there is {names[same[0]]}" if same else "there is no box"
        expected = f"a box labelled {correction.was}" if correction.was else "a face without a box"
        at = ", ".join(f"{number:g}" for number in correction.box)
        raise DataError(
            f"{correction.where}: {correction.image} should have {expected} at ({at}), but {present}; "
            "the labels differ or are already corrected: fix or delete the line"
        )
    if index is None:
        boxes, names = np.concatenate([boxes, correction.box[None]]), [*names, correction.now]
    else:
        names[index] = correction.now
    return _labelled(image, boxes, names)


def _labelled(image: LabelledImage, boxes: NDArray[np.float32], names: list[str]) -> LabelledImage:
    """The image with these boxes; names are states, "ignore", or "" for a removed box."""
    faces = [i for i, name in enumerate(names) if name in STATE_NAMES]
    ignored = [i for i, name in enumerate(names) if name == _IGNORE]
    states = np.array([MaskState[names[i]] for i in faces], np.int64)
    return replace(image, xyxy=boxes[faces], class_id=states, ignore=boxes[ignored])
