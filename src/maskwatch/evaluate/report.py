"""The report of a detector's evaluation: plain records that turn into JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from maskwatch.evaluate.average_precision import PrecisionRecall
from maskwatch.evaluate.intervals import Estimate, Proportion
from maskwatch.evaluate.options import DetectionOptions
from maskwatch.evaluate.tasks import FaceSizeRange


@dataclass(frozen=True)
class TaskMetrics:
    """How well the faces of one task are detected.

    Attributes:
        faces: labelled faces that must be detected.
        ap: average precision at the IoU of the box policy.
        ap50_95: mean of the average precisions at IoU 0.50, 0.55, ..., 0.95.
    """

    faces: int
    ap: Estimate
    ap50_95: Estimate


@dataclass(frozen=True)
class ThresholdMetrics:
    """Counts at one confidence threshold.

    Attributes:
        recall: share of faces detected, whatever their predicted state: "masked", "unmasked" (without_mask) and each
            state.
        confusion: detected faces by labelled state (row) and reported state (column, "uncertain" last), in three-class
            images.
        label_accuracy: share of correct states among the detected faces whose state is not uncertain.
        uncertain: share of the detected faces whose state is uncertain.
        with_or_without: label accuracy among faces labelled with_mask or without_mask.
        predicted: for each labelled state, the share of its detected faces reported as each state.
    """

    recall: dict[str, Proportion]
    confusion: tuple[tuple[int, ...], ...]
    label_accuracy: Proportion
    uncertain: Proportion
    with_or_without: Proportion
    predicted: dict[str, dict[str, Proportion]]


@dataclass(frozen=True)
class SizeRangeMetrics:
    """All metrics for the faces in one size range.

    Attributes:
        size_range: which faces.
        tasks: by name: with_mask, worn_incorrectly, without_mask, face, masked.
        mean_ap, mean_ap50_95: mean over the states that have labelled faces.
        masked_recall_at_precision: recall of masked faces at the precision in the options (0.9).
        at_threshold: counts at the threshold in the options.
    """

    size_range: FaceSizeRange
    tasks: dict[str, TaskMetrics]
    mean_ap: Estimate
    mean_ap50_95: Estimate
    masked_recall_at_precision: Estimate
    at_threshold: ThresholdMetrics


@dataclass(frozen=True)
class PresetMetrics:
    """Counts at the threshold of one preset.

    Attributes:
        conf: the confidence threshold.
        recall: share of faces detected, by state.
        false_positives_per_image: detections on no face, per image.
        wrong_state: share of wrong states among the detected faces whose state is not uncertain.
        uncertain: share of the detected faces whose state is uncertain.
    """

    conf: float
    recall: dict[str, Proportion]
    false_positives_per_image: float
    wrong_state: Proportion
    uncertain: Proportion


@dataclass(frozen=True)
class BoxPolicyReport:
    """Metrics for the images with one kind of box, which is matched at its own IoU.

    Attributes:
        name: "tight" (including boxes drawn by a detector) or "loose".
        iou: IoU from which boxes match.
        images: number of images.
        false_positives: detections on no face, at the threshold in the options.
        size_ranges: all sizes first.
        presets: by name, the thresholds in the options.
        curves: precision and recall over all sizes, by task; not in the JSON.
    """

    name: str
    iou: float
    images: int
    false_positives: int
    size_ranges: tuple[SizeRangeMetrics, ...]
    presets: dict[str, PresetMetrics]
    curves: dict[str, PrecisionRecall] = field(repr=False, compare=False)

    @property
    def all_sizes(self) -> SizeRangeMetrics:
        """The metrics over all faces."""
        return self.size_ranges[0]

    def size_range(self, name: str) -> SizeRangeMetrics:
        """The metrics of one size range.

        Raises:
            KeyError: when it was not evaluated.
        """
        return {metrics.size_range.name: metrics for metrics in self.size_ranges}[name]


@dataclass(frozen=True)
class DetectionReport:
    """How well a detector does on a data set.

    Attributes:
        dataset: its name.
        options: the protocol.
        box_policies: images with tight boxes first, then those with loose boxes, if any.
    """

    dataset: str
    options: DetectionOptions
    box_policies: tuple[BoxPolicyReport, ...]

    def headline(self) -> dict[str, float | None]:
        """The main metrics of the first box policy, each 0..1.

        Keys: with_mask, worn_incorrectly, without_mask, face, masked (average precisions), mean (over the three
        states) and masked_recall.
        """
        metrics = self.box_policies[0].all_sizes
        values = {name: task.ap.value for name, task in metrics.tasks.items()}
        return {**values, "mean": metrics.mean_ap.value, "masked_recall": metrics.masked_recall_at_precision.value}

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON types; shares are 0..1."""
        content = asdict(self)
        for policy in content["box_policies"]:
            del policy["curves"]
        return content
