"""Corrections of somebody else's labels, kept apart from them: image names, boxes and states, no pixels."""

from __future__ import annotations

import csv
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import iou
from maskwatch.data.dataset import Dataset, LabelledImage
from maskwatch.detections import STATE_NAMES, MaskState
from maskwatch.errors import DataError

COLUMNS = ("image", "x_min", "y_min", "x_max", "y_max", "was", "now", "why")
SAME_BOX = 0.7
"""Intersection over union from which a box of the overlay and a labelled one are the same."""

_IGNORE = "ignore"
_OF_IMAGES = {("image", ""), ("2class", "3class"), ("3class", "2class")}
_OF_BOXES = {(was, now) for was in ("", _IGNORE, *STATE_NAMES) for now in ("", _IGNORE, *STATE_NAMES) if was != now}


@dataclass(frozen=True)
class LabelCorrection:
    """One line of an overlay.

    Attributes:
        where: the file and its line, for messages.
        image: file name, without folders.
        box: float32 (4,), xyxy in pixels of the stored image; None where the whole image is meant.
        was: a state, "ignore", or "" where nothing was labelled; of images "image", "2class" or "3class".
        now: the same, "" for what is to go.
        why: a word or two.
    """

    where: str
    image: str
    box: NDArray[np.float32] | None
    was: str
    now: str
    why: str


def read_overlay(path: Path) -> list[LabelCorrection]:
    """Read a CSV file with the `COLUMNS`.

    Raises:
        DataError: when it cannot be read, or a line says nothing that can be done.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise DataError(f"{path}: no corrections of labels; the first line must be {','.join(COLUMNS)}")
            return [_correction(f"{path}, line {reader.line_num}", row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: cannot be read ({error})") from error


def _correction(where: str, row: dict[str, str]) -> LabelCorrection:
    if None in row or None in row.values():
        raise DataError(f"{where}: needs {len(COLUMNS)} columns: {','.join(COLUMNS)}")
    change, numbers = (row["was"], row["now"]), [row[name] for name in COLUMNS[1:5]]
    if change in _OF_IMAGES and not any(numbers):
        return LabelCorrection(where, row["image"], None, *change, row["why"])
    if change not in _OF_BOXES:
        states = ", ".join((*STATE_NAMES, _IGNORE))
        raise DataError(
            f"{where}: '{change[0]}' cannot become '{change[1]}'; a box takes {states} or nothing, "
            "an image goes from 'image' to nothing, or between 2class and 3class and has no box"
        )
    try:
        box = np.array([float(number) for number in numbers], np.float32)
    except ValueError as error:
        raise DataError(f"{where}: x_min, y_min, x_max and y_max must be numbers ({error})") from error
    if not all(math.isfinite(number) for number in box) or box[0] >= box[2] or box[1] >= box[3]:
        raise DataError(f"{where}: the box has no area; write x_min,y_min,x_max,y_max in pixels")
    return LabelCorrection(where, row["image"], box, *change, row["why"])


def apply_overlay(dataset: Dataset, path: Path | None) -> Dataset:
    """A data set with corrected labels; the one given stays as it is, and is given back where there is no file.

    Raises:
        DataError: as in `apply_overlay_to`.
    """
    return dataset if path is None else apply_overlay_to([dataset], path)[0]


def apply_overlay_to(datasets: Sequence[Dataset], path: Path) -> list[Dataset]:
    """Several data sets with the corrections of one file, which each name an image of one of them.

    An image to be dropped may be absent already; every other line must find its image and its box.

    Raises:
        DataError: when the file is no overlay, or a line fits no image, two images of a name, or no box.
    """
    by_image: dict[str, list[LabelCorrection]] = defaultdict(list)
    for correction in read_overlay(path):
        by_image[correction.image].append(correction)
    found = Counter(image.path.name for dataset in datasets for image in dataset)
    for name, corrections in by_image.items():
        if found[name] > 1:
            raise DataError(f"{corrections[0].where}: {found[name]} images are called {name}; rename all but one")
        if not found[name] and any(correction.was != "image" for correction in corrections):
            where = ", ".join(dataset.name for dataset in datasets)
            raise DataError(
                f"{corrections[0].where}: no image called {name} in {where}; "
                "give the data that these corrections were made for, whole, or delete the line"
            )
    return [
        Dataset([corrected for image in dataset for corrected in _mend(image, by_image[image.path.name])], dataset.name)
        for dataset in datasets
    ]


def _mend(image: LabelledImage, corrections: list[LabelCorrection]) -> list[LabelledImage]:
    """The image as it is to be; none when it is dropped."""
    for correction in corrections:
        if correction.was == "image":
            return []
        image = _with_labels(image, correction) if correction.box is None else _with_box(image, correction)
    return [image]


def _with_labels(image: LabelledImage, correction: LabelCorrection) -> LabelledImage:
    if image.labels != correction.was:
        raise DataError(f"{correction.where}: {correction.image} is {image.labels} already; delete the line")
    return replace(image, labels="3class" if correction.now == "3class" else "2class")


def _with_box(image: LabelledImage, correction: LabelCorrection) -> LabelledImage:
    assert correction.box is not None
    boxes = np.concatenate([image.xyxy, image.ignore]).astype(np.float32)
    names = [STATE_NAMES[state] for state in image.class_id] + [_IGNORE] * len(image.ignore)
    overlap = iou(correction.box[None], boxes)[0]
    same = [i for i in np.argsort(-overlap) if overlap[i] >= SAME_BOX]
    place = next((i for i in same if names[i] == correction.was), None)
    if (correction.was and place is None) or (not correction.was and same):
        there = f"the box there is {names[same[0]]}" if same else "no box is there"
        wanted = f"a box that is {correction.was}" if correction.was else "a face without a box"
        at = ", ".join(f"{number:g}" for number in correction.box)
        raise DataError(
            f"{correction.where}: {correction.image} should have {wanted} at ({at}), but {there}; "
            "the labels are other ones, or corrected already: fix or delete the line"
        )
    if place is None:
        boxes, names = np.concatenate([boxes, correction.box[None]]), [*names, correction.now]
    else:
        names[place] = correction.now
    return _labelled(image, boxes, names)


def _labelled(image: LabelledImage, boxes: NDArray[np.float32], names: list[str]) -> LabelledImage:
    """The image with these boxes; names are states, "ignore", or "" for a box that goes."""
    faces = [i for i, name in enumerate(names) if name in STATE_NAMES]
    ignored = [i for i, name in enumerate(names) if name == _IGNORE]
    states = np.array([MaskState[names[i]] for i in faces], np.int64)
    return replace(image, xyxy=boxes[faces], class_id=states, ignore=boxes[ignored])
