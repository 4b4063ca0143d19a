"""Run a detector over labelled images and evaluate its detections: AP, recall, label accuracy, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from maskwatch.data.dataset import Dataset, LabelledImage
from maskwatch.data.pixels import check_sizes, labelled_pixels
from maskwatch.detections import STATE_NAMES, Detections
from maskwatch.errors import DataError
from maskwatch.evaluate.average_precision import Ranking, precision_recall
from maskwatch.evaluate.intervals import Proportion, ResampledMetric, image_weights
from maskwatch.evaluate.operating_point import OperatingPoint
from maskwatch.evaluate.options import IOU_RANGE, DetectionOptions
from maskwatch.evaluate.pairing import Pairing, pair
from maskwatch.evaluate.report import BoxPolicyReport, DetectionReport, PresetMetrics, SizeRangeMetrics, TaskMetrics
from maskwatch.evaluate.tasks import (
    ALL_SIZES,
    FROM_32,
    MASKED,
    NARROW_RANGES,
    STATE_TASKS,
    TASKS,
    FaceSizeRange,
    Task,
)
from maskwatch.frames import Image

__all__ = ["DetectionOptions", "DetectionReport", "evaluate_detection", "evaluate_detector", "run_detector"]

DetectFaces = Callable[[Image], Detections]
"""Any detector: takes an RGB image (H, W, 3) and returns its faces."""


def evaluate_detector(
    detector: DetectFaces,
    dataset: Dataset,
    options: DetectionOptions | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> DetectionReport:
    """Run a detector over a data set and evaluate its detections; see docs/evaluate.md.

    Args:
        detector: takes an image, returns its faces; it should report confidences from 0.01 on.
        dataset: the images; ``read_dataset(path).split("val")`` selects a split.
        options: the protocol; the defaults are those of all published results.
        on_progress: called after each image with the number of images done.

    Raises:
        SourceError: when an image cannot be read.
        DataError: when an image and its annotation disagree in size.
    """
    return evaluate_detection(dataset, run_detector(detector, dataset, on_progress), options)


def run_detector(
    detector: DetectFaces, dataset: Dataset, on_progress: Callable[[int], None] | None = None
) -> list[Detections]:
    """The detections in each image, in the order of the data set.

    Args:
        detector: takes an image, returns its faces.
        dataset: the images.
        on_progress: called after each image with the number of images done.

    Raises:
        SourceError: when an image cannot be read; metrics over some of the images would mislead.
        DataError: when an image and its annotation disagree in size.
    """
    check_sizes(dataset)
    predictions = []
    for done, labelled in enumerate(dataset, start=1):
        predictions.append(detector(labelled_pixels(labelled)))
        if on_progress is not None:
            on_progress(done)
    return predictions


def evaluate_detection(
    dataset: Dataset, predictions: Sequence[Detections], options: DetectionOptions | None = None
) -> DetectionReport:
    """Evaluate the detections in the images of a data set.

    Args:
        dataset: labelled images.
        predictions: the detections in each image, in the same order, down to confidence 0.01.
        options: the protocol; `DetectionOptions.quick` is for use between two epochs.

    Raises:
        ValueError: when the numbers of images and predictions differ.
        DataError: when there is no image.
    """
    if not len(dataset):
        raise DataError(f"{dataset.name}: no images to evaluate; choose another split or data set")
    if len(dataset) != len(predictions):
        raise ValueError(f"{len(dataset)} images, but predictions for {len(predictions)}")
    options = options or DetectionOptions()
    tight: list[tuple[LabelledImage, Detections]] = []
    loose: list[tuple[LabelledImage, Detections]] = []
    for image, found in zip(dataset, predictions, strict=True):
        counted = found.with_confidence(options.lowest_confidence)
        (loose if image.boxes == "loose" else tight).append((image, counted))
    reports = [
        _Evaluator(pair([i for i, _ in images], [f for _, f in images]), iou, options).report(name)
        for name, images, iou in (("tight", tight, options.iou), ("loose", loose, options.loose_iou))
        if images
    ]
    return DetectionReport(dataset.name, options, tuple(reports))


class _Evaluator:
    """Evaluates the images of one box policy; all metrics share the resamples, so that means have intervals too."""

    def __init__(self, pairing: Pairing, iou: float, options: DetectionOptions) -> None:
        self._pairing, self._iou, self._options = pairing, iou, options
        self._weights = image_weights(pairing.images, options.resamples, options.seed)
        self._point = OperatingPoint.at(pairing, options.at_confidence, iou)

    def report(self, name: str) -> BoxPolicyReport:
        ranges = (ALL_SIZES, FROM_32, *NARROW_RANGES) if self._options.size_ranges else (ALL_SIZES,)
        curves = {task.name: precision_recall(self._ranking(task, ALL_SIZES)) for task in TASKS}
        return BoxPolicyReport(
            name=name,
            iou=self._iou,
            images=self._pairing.images,
            false_positives=self._point.false_positives,
            size_ranges=tuple(self._in_range(size_range) for size_range in ranges),
            presets={name: self._preset(conf) for name, conf in self._options.presets.items()},
            curves={name: curve for name, curve in curves.items() if curve is not None},
        )

    def _in_range(self, size_range: FaceSizeRange) -> SizeRangeMetrics:
        rankings = {task: self._ranking(task, size_range) for task in TASKS}
        ap = {task: self._ap(ranking) for task, ranking in rankings.items()}
        ap50_95 = {task: self._ap50_95(task, size_range) for task in TASKS}
        recall = ResampledMetric.recall_at_precision(rankings[MASKED], self._weights, self._options.precision)
        return SizeRangeMetrics(
            size_range=size_range,
            tasks={
                task.name: TaskMetrics(int(ranking.positives.sum()), ap[task].estimate(), ap50_95[task].estimate())
                for task, ranking in rankings.items()
            },
            mean_ap=ResampledMetric.mean([ap[task] for task in STATE_TASKS]).estimate(),
            mean_ap50_95=ResampledMetric.mean([ap50_95[task] for task in STATE_TASKS]).estimate(),
            masked_recall_at_precision=recall.estimate(),
            at_threshold=self._point.metrics(size_range),
        )

    def _preset(self, conf: float) -> PresetMetrics:
        point = OperatingPoint.at(self._pairing, conf, self._iou)
        metrics = point.metrics(ALL_SIZES)
        accuracy = metrics.label_accuracy
        return PresetMetrics(
            conf=conf,
            recall={name: metrics.recall[name] for name in STATE_NAMES},
            false_positives_per_image=point.false_positives / self._pairing.images,
            wrong_state=Proportion.of(accuracy.total - accuracy.hits, accuracy.total),
            uncertain=metrics.uncertain,
        )

    def _ranking(self, task: Task, size_range: FaceSizeRange, iou: float | None = None) -> Ranking:
        return self._pairing.ranking(task, size_range, self._iou if iou is None else iou)

    def _ap(self, ranking: Ranking) -> ResampledMetric:
        return ResampledMetric.average_precision(ranking, self._weights)

    def _ap50_95(self, task: Task, size_range: FaceSizeRange) -> ResampledMetric:
        thresholds = IOU_RANGE if self._options.ap50_95 else ()
        return ResampledMetric.mean([self._ap(self._ranking(task, size_range, iou)) for iou in thresholds])
