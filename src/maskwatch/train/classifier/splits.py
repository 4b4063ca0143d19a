"""Split of face images into training, validation and test images."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from maskwatch.data.audit.report import find_copies
from maskwatch.data.collection import read_collection
from maskwatch.data.formats.folders import UNSPLIT, FaceDataset, LabelledFace
from maskwatch.data.formats.names import parse_renames
from maskwatch.data.split import SplitOptions, assign_splits
from maskwatch.detections import MaskState
from maskwatch.errors import DataError
from maskwatch.train.classifier.options import ClassifierOptions
from maskwatch.train.train_val_split import hold_out


@dataclass(frozen=True)
class FaceSplits:
    """The images of a training.

    Attributes:
        train, val, test: the images; ``test`` may be empty.
        classes: the states in the data, two or three.
        method: how the images were split, as text.
        problems: one line for each folder or image that was left out.
    """

    train: list[LabelledFace]
    val: list[LabelledFace]
    test: list[LabelledFace]
    classes: tuple[MaskState, ...]
    method: str
    problems: list[str]


def face_splits(options: ClassifierOptions) -> FaceSplits:
    """Read the class folders; data without splits is split 7:1:2, by group of duplicates unless ``options.naive``.

    Raises:
        DataError: when there are no class folders, only one class, or no training images.
    """
    problems: list[str] = []
    paths = [Path(path) for path in options.data]
    collection = read_collection(paths, rename=parse_renames(list(options.rename)), problems=problems)
    data = collection.data
    if not isinstance(data, FaceDataset):
        raise DataError(f"{data.name}: images with boxes; crop the faces first with 'maskwatch data crop'")
    faces, method = list(data), _method(paths)
    classes = _classes(data)
    if set(data.splits) == {UNSPLIT}:
        splitting = SplitOptions(seed=options.seed, naive=options.naive)
        prints, duplicates = find_copies(collection)
        problems += prints.unreadable
        splits, groups = assign_splits(collection, prints.index, duplicates, splitting)
        rows = zip(prints.index.tolist(), splits, groups.tolist(), strict=True)
        faces = [replace(data.images[i], split=split, group=group) for i, split, group in rows]
        method = f"{splitting.method}, seed {options.seed}"
    train, val, test = ([face for face in faces if face.split == name] for name in ("train", "val", "test"))
    if not train:
        raise DataError(f"{data.name}: no image in a 'train' split; name the splits train, val and test")
    missing = [state.name for state in classes if state not in {face.class_id for face in train}]
    if missing:
        raise DataError(f"{data.name}: no training image of {', '.join(missing)}; add some, or remove the class")
    if not val:
        train, val = hold_out(train, options.seed, data.name)
    return FaceSplits(train, val, test, classes, method, problems)


def _classes(data: FaceDataset) -> tuple[MaskState, ...]:
    classes = tuple(data.classes)
    if MaskState.with_mask not in classes or MaskState.without_mask not in classes:
        found = ", ".join(state.name for state in classes)
        raise DataError(f"{data.name}: only images of {found}; a classifier needs with_mask and without_mask")
    return classes


def _method(paths: list[Path]) -> str:
    """The method that 'maskwatch data split' recorded, or that the splits came with the data."""
    methods = []
    for path in paths:
        record = path / "split.json"
        try:
            content = json.loads(record.read_text(encoding="utf-8")) if record.is_file() else {}
        except (OSError, ValueError) as error:
            raise DataError(f"{record}: cannot be read ({error}); fix or remove it") from error
        stated = f"{content['method']}, seed {content['seed']}" if {"method", "seed"} <= content.keys() else ""
        methods.append(stated or "the data's own splits")
    return "; ".join(dict.fromkeys(methods))
