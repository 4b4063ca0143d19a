"""One or several data sets, with boxes or in class folders, in the form that audit and split need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.dataset import Dataset
from maskwatch.data.formats.folders import FaceDataset, read_folders
from maskwatch.data.formats.reading import Problems
from maskwatch.data.reader import format_of, read_dataset
from maskwatch.detections import MaskState
from maskwatch.errors import DataError


@dataclass(frozen=True)
class Collection:
    """N images with the properties that audit and split use.

    Attributes:
        data: the data set as read.
        paths: the N files.
        states: int64 (N, 3), number of faces of each `MaskState` in each image.
        labels: the class of each face image; "" for images with boxes, which may contain several.
        splits: the split of each image.
        sources: the source name of each image.
        groups: the group of each image in the data, or None.
    """

    data: Dataset | FaceDataset
    paths: list[Path]
    states: NDArray[np.int64]
    labels: list[str]
    splits: list[str]
    sources: list[str]
    groups: list[int | None]

    @property
    def has_boxes(self) -> bool:
        """Whether the images have boxes; otherwise each shows one face and is in a class folder."""
        return isinstance(self.data, Dataset)


def read_collection(
    paths: Sequence[Path], *, rename: Mapping[str, str] | None = None, problems: Problems | None = None
) -> Collection:
    """Read one data set, or several of the same kind as one.

    Args:
        paths: data sets with boxes, or folders of class folders.
        rename: states for unknown class names.
        problems: gets one line for each item that cannot be used; None to stop at the first.

    Raises:
        DataError: when one cannot be read, or if some have boxes and others are class folders.
    """
    parts = [_read(Path(path), rename, problems) for path in paths]
    if len(parts) > 1:
        names = _short_names([Path(path) for path in paths])
        parts = [_numbered(part, name, number) for number, (part, name) in enumerate(zip(parts, names, strict=True))]
    name = ", ".join(str(path) for path in paths)
    boxed = [part for part in parts if isinstance(part, Dataset)]
    faces = [part for part in parts if isinstance(part, FaceDataset)]
    if boxed and faces:
        raise DataError(f"{name}: images with boxes and class folders do not mix; give one kind at a time")
    if boxed:
        return _of_boxes(Dataset([image for part in boxed for image in part], name))
    return _of_faces(FaceDataset([image for part in faces for image in part], name))


def _read(path: Path, rename: Mapping[str, str] | None, problems: Problems | None) -> Dataset | FaceDataset:
    if path.is_dir() and not format_of(path):
        return read_folders(path, rename=rename, problems=problems)
    return read_dataset(path, rename=rename, problems=problems)


def _short_names(paths: list[Path]) -> list[str]:
    """The last parts of the paths if they differ, otherwise the full paths."""
    last = [path.resolve().name for path in paths]
    return last if len(set(last)) == len(last) else [str(path) for path in paths]


def _numbered(part: Dataset | FaceDataset, name: str, number: int) -> Dataset | FaceDataset:
    """The images with their data set as source name; groups of different sets get different numbers."""
    offset = number * 1_000_000_000

    def moved(group: int | None) -> int | None:
        return None if group is None else group + offset

    if isinstance(part, Dataset):
        return Dataset([replace(i, source=name, group=moved(i.group)) for i in part], part.name)
    return FaceDataset([replace(i, source=name, group=moved(i.group)) for i in part], part.name)


def _of_boxes(data: Dataset) -> Collection:
    states = [np.bincount(image.class_id, minlength=len(MaskState)) for image in data]
    return _collection(data, np.array(states, np.int64), [""] * len(data))


def _of_faces(data: FaceDataset) -> Collection:
    states = np.eye(len(MaskState), dtype=np.int64)[[image.class_id for image in data]]
    return _collection(data, states, [image.class_id.name for image in data])


def _collection(data: Dataset | FaceDataset, states: NDArray[np.int64], labels: list[str]) -> Collection:
    return Collection(
        data=data,
        paths=[image.path for image in data],
        states=states.reshape(-1, len(MaskState)),
        labels=labels,
        splits=[image.split for image in data],
        sources=[image.source for image in data],
        groups=[image.group for image in data],
    )
