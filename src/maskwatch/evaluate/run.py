"""Run a detector over the images of a data set."""

from __future__ import annotations

from collections.abc import Callable

from maskwatch.data.dataset import Dataset
from maskwatch.data.pixels import check_sizes, labelled_pixels
from maskwatch.detections import Detections
from maskwatch.evaluate.detection import evaluate_detection
from maskwatch.evaluate.options import DetectionOptions
from maskwatch.evaluate.report import DetectionReport
from maskwatch.frames import Image

Detector = Callable[[Image], Detections]


def run_detector(
    detector: Detector, dataset: Dataset, progress: Callable[[int], None] | None = None
) -> list[Detections]:
    """The detections in each image, in the order of the data set.

    Each image is oriented as its boxes were drawn.

    Args:
        detector: takes an image, returns its faces; it should report confidences from 0.01 on.
        dataset: the images.
        progress: called after each image with the number of images done.

    Raises:
        SourceError: when an image cannot be read: metrics over part of the images would mislead.
        DataError: before the first image, when an image and its annotation disagree in size.
    """
    check_sizes(dataset)
    found = []
    for done, labelled in enumerate(dataset, start=1):
        found.append(detector(labelled_pixels(labelled)))
        if progress is not None:
            progress(done)
    return found


def evaluate_detector(
    detector: Detector,
    dataset: Dataset,
    options: DetectionOptions | None = None,
    progress: Callable[[int], None] | None = None,
) -> DetectionReport:
    """Run a detector over a data set and evaluate its detections; see docs/evaluate.md.

    Args:
        detector: takes an image, returns its faces; it should report confidences from 0.01 on.
        dataset: the images; ``read_dataset(path).split("val")`` selects a split.
        options: the protocol; the defaults are those of all published results.
        progress: called after each image with the number of images done.

    Raises:
        SourceError: when an image cannot be read.
        DataError: when an image and its annotation disagree in size.
    """
    return evaluate_detection(dataset, run_detector(detector, dataset, progress), options or DetectionOptions())
