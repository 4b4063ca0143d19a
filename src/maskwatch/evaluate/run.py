"""Run a detector over the pictures of a data set."""

from __future__ import annotations

from collections.abc import Callable

from maskwatch.data.dataset import Dataset
from maskwatch.detections import Detections
from maskwatch.frames import Image
from maskwatch.images import read_image

Detector = Callable[[Image], Detections]


def run_detector(
    detector: Detector, dataset: Dataset, progress: Callable[[int], None] | None = None
) -> list[Detections]:
    """What a detector finds in each picture, in the order of the data set.

    Pictures are taken as stored, without turning them by their EXIF tag, because labelled boxes are in stored pixels.

    Args:
        detector: a picture in, faces out; it should report down to confidence 0.01.
        dataset: the pictures.
        progress: called after each picture with the number done so far.

    Raises:
        SourceError: when a picture cannot be read; figures over part of the pictures would mislead.
    """
    found = []
    for done, labelled in enumerate(dataset, start=1):
        found.append(detector(read_image(labelled.path, apply_orientation=False)))
        if progress is not None:
            progress(done)
    return found
