"""Run a detector over the pictures of a data set."""

from __future__ import annotations

from collections.abc import Callable

from maskwatch.data.dataset import Dataset
from maskwatch.data.pixels import check_sizes, labelled_pixels
from maskwatch.detections import Detections
from maskwatch.frames import Image

Detector = Callable[[Image], Detections]


def run_detector(
    detector: Detector, dataset: Dataset, progress: Callable[[int], None] | None = None
) -> list[Detections]:
    """What a detector finds in each picture, in the order of the data set.

    Pictures are taken in the position in which their boxes were drawn.

    Args:
        detector: a picture in, faces out; it should report down to confidence 0.01.
        dataset: the pictures.
        progress: called after each picture with the number done so far.

    Raises:
        SourceError: when a picture cannot be read; figures over part of the pictures would mislead.
        DataError: before anything is looked at, when a picture has another size than its annotation says.
    """
    check_sizes(dataset)
    found = []
    for done, labelled in enumerate(dataset, start=1):
        found.append(detector(labelled_pixels(labelled)))
        if progress is not None:
            progress(done)
    return found
