"""Face images in class folders, with or without split folders."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from maskwatch.data.dataset import SplitList
from maskwatch.data.formats.layout import folders_in, images_in, split_of
from maskwatch.data.formats.names import state_of
from maskwatch.data.formats.reading import Problems, skip
from maskwatch.detections import MaskState
from maskwatch.errors import DataError

LISTING = "faces.csv"
"""A table next to the class folders, with one row per image; the columns ``file`` and ``group`` are read."""
UNSPLIT = "all"


@dataclass(frozen=True)
class LabelledFace:
    """An image of one face.

    Attributes:
        path: the image file.
        class_id: its `MaskState`.
        split: "train", "val", "test" or any other name; "all" without split folders.
        group: images that must stay together (near-duplicates, faces of one photograph) share a number.
        source: name of the data set.
    """

    path: Path
    class_id: MaskState
    split: str = UNSPLIT
    group: int | None = None
    source: str = ""


@dataclass(frozen=True)
class FaceDataset(SplitList[LabelledFace]):
    """Face images in class folders.

    Attributes:
        images: the images.
        name: of the folder from which they were read.
    """

    @property
    def classes(self) -> list[MaskState]:
        """The states that occur, in the order of `MaskState`."""
        return sorted({image.class_id for image in self.images})

    def counts(self) -> dict[str, int]:
        """Number of images in each state, by name."""
        totals = Counter(image.class_id for image in self.images)
        return {state.name: totals[state] for state in MaskState}


def read_folders(
    path: Path | str, *, rename: Mapping[str, str] | None = None, problems: Problems | None = None
) -> FaceDataset:
    """Read ``path/<class>/...`` or ``path/<split>/<class>/...``; subfolders of a class belong to it.

    If one folder is named after a split (train, val, test), all folders next to it are splits.

    Args:
        path: the data set.
        rename: states (or "ignore") for unknown folder names: ``{"respirator": "with_mask"}``.
        problems: gets one line for each class folder without images; None to stop at the first.

    Raises:
        DataError: when there are no class folders, a name is no mask state, or there are no images.
    """
    path = Path(path)
    if not path.is_dir():
        raise DataError(f"{path}: no such folder; check the path")
    inner = folders_in(path)
    faces: list[LabelledFace] = []
    if any(split_of(folder.name) for folder in inner):
        for folder in inner:
            split = split_of(folder.name) or folder.name
            faces += _read_classes(folder, split, path.name, rename, problems)
    else:
        faces += _read_classes(path, UNSPLIT, path.name, rename, problems)
    if not faces:
        raise DataError(f"{path}: no images in its class folders")
    return FaceDataset(_grouped(faces, path), str(path))


def _read_classes(
    root: Path, split: str, source: str, rename: Mapping[str, str] | None, problems: Problems | None
) -> Iterator[LabelledFace]:
    folders = folders_in(root)
    if not folders:
        raise DataError(f"{root}: no class folders; create one per class, such as with_mask and without_mask")
    for folder in folders:
        state = state_of(folder.name, str(root), rename)
        if state is None:
            continue
        images = images_in(folder)
        if not images:
            skip(problems, f"{folder}: the class folder is empty; add images or remove it")
        for image in images:
            yield LabelledFace(image, state, split, source=source)


def _grouped(faces: list[LabelledFace], root: Path) -> list[LabelledFace]:
    """The faces with their groups from ``faces.csv``."""
    listing = root / LISTING
    if not listing.is_file():
        return faces
    try:
        with listing.open(newline="", encoding="utf-8") as lines:
            groups = {row["file"]: int(row["group"]) for row in csv.DictReader(lines) if row["group"]}
    except (OSError, UnicodeDecodeError, KeyError, ValueError, TypeError) as error:
        raise DataError(f"{listing}: not a table with columns file and group; fix or remove it") from error
    return [
        LabelledFace(f.path, f.class_id, f.split, groups.get(f.path.relative_to(root).as_posix()), f.source)
        for f in faces
    ]
