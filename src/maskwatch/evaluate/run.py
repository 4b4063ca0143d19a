"""Run a detector over the images of a data set."""

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
    """What a detector finds in each image, in the order of the data set.

    Images are taken in the position in which their boxes were drawn.

    Args:
        detector: an image in, faces out; it should report down to confidence 0.01.
        dataset: the images.
        progress: called after each image with the number done so far.

    Raises:
        SourceError: when an image cannot be read; figures over part of the images would mislead.
        DataError: before anything is looked at, when an image has another size than its annotation says.
    """
    check_sizes(dataset)
    found = []
    for done, labelled in enumerate(dataset, start=1):
        found.append(detector(labelled_pixels(labelled)))
        if progress is not None:
            progress(done)
    return found
