"""Statistics of a data set: faces by split and state, sizes, and suspicious boxes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import shorter_side
from maskwatch.data.audit.fingerprints import Fingerprints
from maskwatch.data.collection import Collection
from maskwatch.data.dataset import Dataset
from maskwatch.detections import STATE_NAMES, MaskState

SMALL_FACE = 32
"""Shorter side in pixels below which a face counts as small, as in the evaluation."""


@dataclass(frozen=True)
class SizeSummary:
    """Sizes in pixels: their number, the smallest, 5th percentile, median, 95th percentile and the largest."""

    count: int
    smallest: float
    low: float
    median: float
    high: float
    largest: float


@dataclass(frozen=True)
class Statistics:
    """Images and faces by split and state.

    Attributes:
        images: number of images in each split.
        faces: number of faces in each split, by state name.
        total: number of faces by state name.
        balance: faces of the most frequent state per face of the rarest that occurs; 0 without faces.
    """

    images: dict[str, int]
    faces: dict[str, dict[str, int]]
    total: dict[str, int]
    balance: float


@dataclass(frozen=True)
class BoxStatistics:
    """Properties of boxes that matter for training.

    Attributes:
        face_size: shorter sides of the boxes, by state.
        small: number of faces with a shorter side below 32 px, by state.
        empty_images: number of images without a labelled face.
        two_class_images: number of images in which incorrect wearing was not labelled.
        untight_images: number of images with boxes that are loose or were drawn by a detector.
        ignored: number of ignore regions.
        outside: number of boxes that extend beyond the image by more than a pixel.
        resized: images whose size differs from their annotation, one line each.
    """

    face_size: dict[str, SizeSummary]
    small: dict[str, int]
    empty_images: int
    two_class_images: int
    untight_images: int
    ignored: int
    outside: int
    resized: list[str]


def summarise(sizes: NDArray[np.int64] | NDArray[np.float32]) -> SizeSummary:
    """Summary of sizes (N,); all 0 without sizes."""
    if not len(sizes):
        return SizeSummary(0, 0, 0, 0, 0, 0)
    percentiles = np.percentile(sizes, [0, 5, 50, 95, 100])
    return SizeSummary(len(sizes), *(round(float(value), 1) for value in percentiles))


def statistics_of(collection: Collection) -> Statistics:
    """Count images and faces."""
    splits = np.array(collection.splits, np.str_)
    names = list(dict.fromkeys(collection.splits))
    total = collection.states.sum(axis=0)
    occurring = total[total > 0]
    return Statistics(
        images={name: int((splits == name).sum()) for name in names},
        faces={name: _by_name(collection.states[splits == name].sum(axis=0)) for name in names},
        total=_by_name(total),
        balance=round(float(occurring.max() / occurring.min()), 2) if len(occurring) else 0.0,
    )


def box_statistics(dataset: Dataset, prints: Fingerprints) -> BoxStatistics:
    """Statistics of the boxes of a data set; ``prints`` contains the sizes of its images."""
    boxes = np.concatenate([np.zeros((0, 4), np.float32), *(image.xyxy for image in dataset)])
    states = np.concatenate([np.zeros(0, np.int64), *(image.class_id for image in dataset)])
    size = shorter_side(boxes)
    return BoxStatistics(
        face_size={state.name: summarise(size[states == state]) for state in MaskState},
        small=_by_name(np.bincount(states[size < SMALL_FACE], minlength=len(MaskState))),
        empty_images=sum(not len(image.xyxy) for image in dataset),
        two_class_images=sum(image.labels == "2class" for image in dataset),
        untight_images=sum(image.boxes != "tight" for image in dataset),
        ignored=sum(len(image.ignore) for image in dataset),
        outside=sum(_outside(image.xyxy, image.width, image.height) for image in dataset),
        resized=_resized(dataset, prints),
    )


def _by_name(counts: NDArray[np.int64]) -> dict[str, int]:
    return {name: int(count) for name, count in zip(STATE_NAMES, counts, strict=True)}


def _outside(xyxy: NDArray[np.float32], width: int, height: int) -> int:
    over = (xyxy[:, :2] < -1).any(axis=1) | (xyxy[:, 2] > width + 1) | (xyxy[:, 3] > height + 1)
    return int(over.sum())


def _resized(dataset: Dataset, prints: Fingerprints) -> list[str]:
    lines = []
    for index, (width, height) in zip(prints.index.tolist(), prints.sizes.tolist(), strict=True):
        image = dataset.images[index]
        if {(image.width, image.height)}.isdisjoint({(width, height), (height, width)}):
            lines.append(f"{image.path}: {width} x {height} pixels, annotated as {image.width} x {image.height}")
    return lines
