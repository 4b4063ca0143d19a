"""The report of a detector's evaluation: plain records that turn into JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from maskwatch.evaluate.average_precision import PrecisionRecall
from maskwatch.evaluate.estimates import Estimate, Proportion
from maskwatch.evaluate.options import DetectionOptions
from maskwatch.evaluate.size_bands import SizeBand


@dataclass(frozen=True)
class TaskFigures:
    """How well one kind of face is found.

    Attributes:
        faces: labelled faces that were to be found.
        ap: average precision at the column's IoU.
        ap50_95: mean of the average precisions at IoU 0.50, 0.55, ..., 0.95.
    """

    faces: int
    ap: Estimate
    ap50_95: Estimate


@dataclass(frozen=True)
class FoundFigures:
    """What happens at one threshold, in counts.

    Attributes:
        recall: share of faces found by a box of any state: "masked", "unmasked" (without_mask) and each state.
        confusion: detected faces by labelled state (row) and reported state (column, "uncertain" last), on three-class
            images.
        label_accuracy: share of right states among the detected faces with a decided state.
        uncertain: share of the detected faces whose state is uncertain.
        with_or_without: the same over faces labelled with_mask or without_mask only.
        verdicts: for each labelled state, the share of found faces given each verdict.
    """

    recall: dict[str, Proportion]
    confusion: tuple[tuple[int, ...], ...]
    label_accuracy: Proportion
    uncertain: Proportion
    with_or_without: Proportion
    verdicts: dict[str, dict[str, Proportion]]


@dataclass(frozen=True)
class BandMetrics:
    """All figures for the faces of one band of sizes.

    Attributes:
        band: which faces.
        tasks: by name: with_mask, worn_incorrectly, without_mask, face, masked.
        mean_ap, mean_ap50_95: mean over the states that have labelled faces.
        masked_recall_at_precision: recall of masked faces at the precision of the options (0.9).
        found: counts at the threshold of the options.
    """

    band: SizeBand
    tasks: dict[str, TaskFigures]
    mean_ap: Estimate
    mean_ap50_95: Estimate
    masked_recall_at_precision: Estimate
    found: FoundFigures


@dataclass(frozen=True)
class PresetMetrics:
    """One threshold in use: what a user of it gets.

    Attributes:
        conf: the confidence threshold.
        recall: share of faces detected, by state.
        false_boxes: detections on no face, per image.
        wrong: share of wrong states among the detected faces with a decided state.
        uncertain: share of the detected faces whose state is uncertain.
    """

    conf: float
    recall: dict[str, Proportion]
    false_boxes: float
    wrong: Proportion
    uncertain: Proportion


@dataclass(frozen=True)
class Column:
    """The images that share a kind of box and therefore an IoU.

    Attributes:
        name: "tight" (also boxes found by a detector) or "loose".
        iou: overlap from which boxes match.
        images: how many.
        false_alarms: found boxes on no face, at the threshold of the options.
        bands: the band of all sizes first.
        presets: the thresholds of the options by name.
        curves: precision and recall over all sizes, by task; not part of the JSON.
    """

    name: str
    iou: float
    images: int
    false_alarms: int
    bands: tuple[BandMetrics, ...]
    presets: dict[str, PresetMetrics]
    curves: dict[str, PrecisionRecall] = field(repr=False, compare=False)

    @property
    def all_sizes(self) -> BandMetrics:
        """The figures over all faces."""
        return self.bands[0]

    def band(self, name: str) -> BandMetrics:
        """The figures of one band.

        Raises:
            KeyError: when it was not judged.
        """
        return {metrics.band.name: metrics for metrics in self.bands}[name]


@dataclass(frozen=True)
class DetectionReport:
    """How well a detector does on a data set.

    Attributes:
        dataset: its name.
        options: the protocol.
        columns: images with tight boxes first, then those with loose boxes, where there are any.
    """

    dataset: str
    options: DetectionOptions
    columns: tuple[Column, ...]

    def headline(self) -> dict[str, float | None]:
        """The figures of the first column that people compare, flat, each 0..1.

        Keys: with_mask, worn_incorrectly, without_mask, face, masked (average precisions), mean (over the three
        states) and masked_recall.
        """
        metrics = self.columns[0].all_sizes
        values = {name: task.ap.value for name, task in metrics.tasks.items()}
        return {**values, "mean": metrics.mean_ap.value, "masked_recall": metrics.masked_recall_at_precision.value}

    def to_dict(self) -> dict[str, Any]:
        """The report in types that JSON knows; shares are 0..1."""
        content = asdict(self)
        for column in content["columns"]:
            del column["curves"]
        return content
