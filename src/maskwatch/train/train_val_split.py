"""Split into images for training and images for validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from maskwatch.data.audit.duplicates import find_duplicates
from maskwatch.data.audit.fingerprints import fingerprint
from maskwatch.data.dataset import Dataset, LabelledImage
from maskwatch.data.formats.folders import LabelledFace
from maskwatch.data.split import joined_groups
from maskwatch.errors import DataError

Labelled = TypeVar("Labelled", LabelledImage, LabelledFace)

HELD_OUT = 0.1
"""Share of the groups of near-duplicates that is held out if the data has no "val" split."""


def training_and_validation(datasets: Sequence[Dataset], seed: int) -> tuple[Dataset, Dataset]:
    """The "train" images and the "val" images of all data sets; other splits are ignored.

    Without a "val" split, a tenth of the training images is held out together with their near-duplicates; the same
    seed holds out the same images.

    Raises:
        DataError: when no training image has a face, or there are too few images to hold some out.
    """
    everything = [image for dataset in datasets for image in dataset]
    training = [image for image in everything if image.split == "train"]
    validation = [image for image in everything if image.split == "val"]
    name = ", ".join(dataset.name for dataset in datasets)
    if not any(len(image.xyxy) for image in training):
        raise DataError(f"{name}: no labelled face in a 'train' split; name the splits train and val")
    if not validation:
        training, validation = hold_out(training, seed, name)
    return Dataset(training, name), Dataset(validation, name)


def hold_out(images: list[Labelled], seed: int, name: str) -> tuple[list[Labelled], list[Labelled]]:
    """Hold out a tenth of the groups of near-duplicates.

    Returns:
        The remaining images, and the held-out images with the split "val".

    Raises:
        DataError: when there are too few images.
    """
    groups = _groups(images)
    distinct = list(dict.fromkeys(groups))
    count = round(len(distinct) * HELD_OUT)
    if not count:
        copies = f" ({len(distinct)} without their copies)" if len(distinct) < len(images) else ""
        raise DataError(f"{name}: {len(images)} images{copies} are too few to hold some out; add a 'val' split")
    chosen = {distinct[i] for i in np.random.default_rng(seed).choice(len(distinct), count, replace=False)}
    training = [image for image, group in zip(images, groups, strict=True) if group not in chosen]
    validation = [replace(image, split="val") for image, group in zip(images, groups, strict=True) if group in chosen]
    return training, validation


def _groups(images: Sequence[LabelledImage | LabelledFace]) -> list[int]:
    """A group number for each image, the same for near-duplicates.

    The data may give groups. If some images have none, all images are compared.
    """
    given = [image.group for image in images]
    detected = np.arange(len(images))
    if None in given:
        prints = fingerprint([image.path for image in images])
        detected[prints.index] = prints.index[find_duplicates(prints).near]
    return joined_groups(detected, given).tolist()
