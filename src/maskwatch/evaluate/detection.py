"""Judge a detector: average precisions, recalls and label accuracy, with intervals, by one protocol."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from maskwatch.data.dataset import Dataset, LabelledImage
from maskwatch.detections import STATE_NAMES, Detections
from maskwatch.errors import DataError
from maskwatch.evaluate.average_precision import average_precision, precision_recall, recall_at_precision
from maskwatch.evaluate.bootstrap import Floats, ResampledCurves, image_weights, interval_95
from maskwatch.evaluate.estimates import Estimate, Proportion
from maskwatch.evaluate.operating_point import OperatingPoint
from maskwatch.evaluate.options import IOU_RANGE, DetectionOptions
from maskwatch.evaluate.pairing import Pairing, pair
from maskwatch.evaluate.ranking import Ranking
from maskwatch.evaluate.report import BandMetrics, Column, DetectionReport, PresetMetrics, TaskFigures
from maskwatch.evaluate.size_bands import ALL_SIZES, FROM_32, NARROW_BANDS, SizeBand
from maskwatch.evaluate.tasks import MASKED, STATE_TASKS, TASKS, Task

__all__ = ["DetectionOptions", "DetectionReport", "evaluate_detection"]


def evaluate_detection(
    dataset: Dataset, predictions: Sequence[Detections], options: DetectionOptions | None = None
) -> DetectionReport:
    """Judge what a detector found in the images of a data set.

    Args:
        dataset: labelled images.
        predictions: what was found in each image, in the same order; run the detector at confidence 0.01.
        options: the protocol; `DetectionOptions.quick` is for use between two epochs.

    Raises:
        ValueError: when the numbers of images and predictions differ.
        DataError: when there is no image.
    """
    if not len(dataset):
        raise DataError(f"{dataset.name}: no images to judge; choose another split or data set")
    if len(dataset) != len(predictions):
        raise ValueError(f"{len(dataset)} images, but predictions for {len(predictions)}")
    options = options or DetectionOptions()
    tight: list[tuple[LabelledImage, Detections]] = []
    loose: list[tuple[LabelledImage, Detections]] = []
    for image, found in zip(dataset, predictions, strict=True):
        kept = found.with_confidence(options.lowest_confidence)
        (loose if image.boxes == "loose" else tight).append((image, kept))
    columns = [
        _ColumnJudge(name, pair([i for i, _ in images], [f for _, f in images]), iou, options).column()
        for name, images, iou in (("tight", tight, options.iou), ("loose", loose, options.loose_iou))
        if images
    ]
    return DetectionReport(dataset.name, options, tuple(columns))


class _ColumnJudge:
    """Judges the images of one column; all figures share the resamples, so that their means have intervals too."""

    def __init__(self, name: str, pairing: Pairing, iou: float, options: DetectionOptions) -> None:
        self._name, self._pairing, self._iou, self._options = name, pairing, iou, options
        self._weights = image_weights(pairing.images, options.resamples, options.seed)
        self._faces = OperatingPoint.at(pairing, options.at_confidence, iou)

    def column(self) -> Column:
        bands = (ALL_SIZES, FROM_32, *NARROW_BANDS) if self._options.size_bands else (ALL_SIZES,)
        curves = {task.name: precision_recall(self._ranking(task, ALL_SIZES, self._iou)) for task in TASKS}
        return Column(
            name=self._name,
            iou=self._iou,
            images=self._pairing.images,
            false_alarms=self._faces.false_alarms,
            bands=tuple(self._band(band) for band in bands),
            presets={name: self._preset(conf) for name, conf in self._options.presets.items()},
            curves={name: curve for name, curve in curves.items() if curve is not None},
        )

    def _band(self, band: SizeBand) -> BandMetrics:
        at_iou = {task: self._ranking(task, band, self._iou) for task in TASKS}
        ap = {task: self._ap([ranking]) for task, ranking in at_iou.items()}
        ap50_95 = {task: self._ap(self._rankings_over_range(task, band)) for task in TASKS}
        masked = at_iou[MASKED]
        return BandMetrics(
            band=band,
            tasks={
                task.name: TaskFigures(int(at_iou[task].positives.sum()), ap[task].estimate(), ap50_95[task].estimate())
                for task in TASKS
            },
            mean_ap=_mean([ap[task] for task in STATE_TASKS]).estimate(),
            mean_ap50_95=_mean([ap50_95[task] for task in STATE_TASKS]).estimate(),
            masked_recall_at_precision=_Resampled(
                recall_at_precision(masked, self._options.precision),
                ResampledCurves.of(masked, self._weights).recall_at_precision(self._options.precision),
            ).estimate(),
            found=self._faces.metrics(band),
        )

    def _preset(self, conf: float) -> PresetMetrics:
        point = OperatingPoint.at(self._pairing, conf, self._iou)
        metrics = point.metrics(ALL_SIZES)
        accuracy = metrics.label_accuracy
        return PresetMetrics(
            conf=conf,
            recall={name: metrics.recall[name] for name in STATE_NAMES},
            false_boxes=point.false_alarms / self._pairing.images,
            wrong=Proportion.of(accuracy.total - accuracy.hits, accuracy.total),
            uncertain=metrics.uncertain,
        )

    def _ranking(self, task: Task, band: SizeBand, iou: float) -> Ranking:
        return self._pairing.ranking(task, band, iou)

    def _rankings_over_range(self, task: Task, band: SizeBand) -> list[Ranking]:
        return [self._ranking(task, band, iou) for iou in IOU_RANGE] if self._options.ap50_95 else []

    def _ap(self, rankings: list[Ranking]) -> _Resampled:
        return _mean(
            [
                _Resampled(average_precision(r), ResampledCurves.of(r, self._weights).average_precision())
                for r in rankings
            ]
        )


class _Resampled:
    """A figure and its value in each resample, float32 (R,); NaN where it has none."""

    def __init__(self, value: float | None, samples: Floats) -> None:
        self.value, self.samples = value, samples

    def estimate(self) -> Estimate:
        interval = interval_95(self.samples) if self.value is not None else None
        return Estimate(self.value, *interval) if interval else Estimate(self.value)


def _mean(metrics: list[_Resampled]) -> _Resampled:
    known = [figure for figure in metrics if figure.value is not None]
    if not known:
        return _Resampled(None, np.zeros(0, np.float32))
    value = float(np.mean([figure.value for figure in known]))
    # A resample without a single face of some state has no mean.
    return _Resampled(value, np.mean([figure.samples for figure in known], axis=0))
