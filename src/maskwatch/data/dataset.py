"""Labelled images with boxes, as returned by all readers and used in training and evaluation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Literal, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from maskwatch.detections import MaskState
from maskwatch.errors import DataError

LabelPolicy = Literal["3class", "2class"]
BoxPolicy = Literal["tight", "loose", "detector"]


class _HasSplit(Protocol):
    @property
    def split(self) -> str: ...


T = TypeVar("T", bound=_HasSplit)


@dataclass(frozen=True)
class SplitList(Generic[T]):
    """Labelled images, each of which belongs to a split.

    Attributes:
        images: the images.
        name: of the file or folder from which they were read.
    """

    images: Sequence[T]
    name: str = ""

    def __len__(self) -> int:
        return len(self.images)

    def __iter__(self) -> Iterator[T]:
        return iter(self.images)

    @property
    def splits(self) -> dict[str, int]:
        """Number of images in each split, in order of appearance."""
        return dict(Counter(image.split for image in self.images))

    def split(self, name: str) -> Self:
        """The images of one split.

        Raises:
            DataError: when there are none.
        """
        chosen = [image for image in self.images if image.split == name]
        if not chosen:
            known = ", ".join(f"{split} ({count})" for split, count in self.splits.items()) or "no images at all"
            raise DataError(f"{self.name}: no split called '{name}'; it has {known}")
        return type(self)(chosen, self.name)


def _no_boxes() -> NDArray[np.float32]:
    return np.zeros((0, 4), np.float32)


@dataclass(frozen=True)
class LabelledImage:
    """One image and its faces.

    Attributes:
        path: the image file.
        width, height: size in pixels of the image to which the boxes refer, see ``upright``.
        xyxy: float32 (N, 4), labelled boxes in these pixels.
        class_id: int64 (N,), `MaskState` of each box.
        ignore: float32 (M, 4), ignore regions: faces in them count neither as misses nor as false positives, and
            training ignores them.
        labels: "2class" if incorrect wearing was not labelled.
        boxes: "tight" (brow to chin, ear to ear), "loose" (whole head) or "detector" (drawn by another model).
        split: "train", "val", "test" or any other name.
        group: near-duplicates share a number; a group never spans several splits.
        source: name of the collection that contains the image.
        upright: True if the boxes refer to the image after EXIF rotation; otherwise its size decides, see
            `maskwatch.data.pixels.labelled_pixels`.
    """

    path: Path
    width: int
    height: int
    xyxy: NDArray[np.float32] = field(default_factory=_no_boxes)
    class_id: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    ignore: NDArray[np.float32] = field(default_factory=_no_boxes)
    labels: LabelPolicy = "3class"
    boxes: BoxPolicy = "tight"
    split: str = "train"
    group: int | None = None
    source: str = ""
    upright: bool = False


@dataclass(frozen=True)
class Dataset(SplitList[LabelledImage]):
    """Labelled images with boxes.

    Attributes:
        images: the images.
        name: of the file or folder from which they were read.
    """

    def counts(self) -> dict[str, int]:
        """Number of labelled faces in each state, by name."""
        totals = np.zeros(len(MaskState), np.int64)
        for image in self.images:
            totals += np.bincount(image.class_id, minlength=len(MaskState))
        return {state.name: int(totals[state]) for state in MaskState}

    def __add__(self, other: Dataset) -> Dataset:
        return Dataset([*self.images, *other.images], f"{self.name}, {other.name}" if self.name else other.name)
