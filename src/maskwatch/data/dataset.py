"""Labelled images in memory: what every reader gives, and training and evaluation take."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.split_list import SplitList
from maskwatch.detections import MaskState

LabelPolicy = Literal["3class", "2class"]
BoxPolicy = Literal["tight", "loose", "detector"]


def _no_boxes() -> NDArray[np.float32]:
    return np.zeros((0, 4), np.float32)


@dataclass(frozen=True)
class LabelledImage:
    """One image and its faces.

    Attributes:
        path: the image file.
        width, height: size in pixels of the image in the position in which its boxes were drawn.
        xyxy: float32 (N, 4), labelled boxes in these pixels.
        class_id: int64 (N,), `MaskState` of each box.
        ignore: float32 (M, 4), ignore regions: they count neither as misses nor as false positives, and are left out of
            the loss.
        labels: "2class" where incorrect wearing was not marked.
        boxes: "tight" (brow to chin, ear to ear), "loose" (whole head) or "detector" (found by another model).
        split: "train", "val", "test" or any other name.
        group: near-duplicates share a number, and a group never straddles splits.
        source: name of the collection that the image came from.
        upright: that position is the one which the EXIF tag asks for; otherwise the size tells, see
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
    """A list of labelled images with the name of the file or folder that it was read from."""

    def counts(self) -> dict[str, int]:
        """Number of labelled faces in each state, by name."""
        totals = np.zeros(len(MaskState), np.int64)
        for image in self.images:
            totals += np.bincount(image.class_id, minlength=len(MaskState))
        return {state.name: int(totals[state]) for state in MaskState}

    def __add__(self, other: Dataset) -> Dataset:
        return Dataset([*self.images, *other.images], f"{self.name}, {other.name}" if self.name else other.name)
