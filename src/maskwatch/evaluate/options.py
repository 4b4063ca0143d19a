"""Options of the evaluation of a detector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from maskwatch.errors import UsageError

IOU_RANGE = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))
"""The thresholds 0.50, 0.55, ..., 0.95 of AP50-95."""


@dataclass(frozen=True)
class DetectionOptions:
    """The protocol; the defaults are those of all published results.

    Attributes:
        iou: IoU from which a detection matches a labelled box.
        loose_iou: the same in images with loose boxes.
        lowest_confidence: detections below it are excluded.
        at_confidence: threshold for recall and label accuracy.
        presets: further thresholds by name, for the table of operating points.
        precision: precision at which the recall of masked faces is measured.
        size_ranges: also evaluate faces from 32 px and five narrow ranges of face size.
        ap50_95: also average over IoU 0.50 to 0.95, with ten matchings instead of one.
        resamples: bootstrap resamples for each interval; 0 computes no intervals.
        seed: of the bootstrap.

    Raises:
        UsageError: when a value is out of range.
    """

    iou: float = 0.5
    loose_iou: float = 0.35
    lowest_confidence: float = 0.01
    at_confidence: float = 0.35
    presets: Mapping[str, float] = field(default_factory=dict)
    precision: float = 0.9
    size_ranges: bool = True
    ap50_95: bool = True
    resamples: int = 1000
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("iou", "loose_iou", "precision"):
            if not 0 < getattr(self, name) <= 1:
                raise UsageError(f"{name} is {getattr(self, name)}; give a number above 0 and up to 1")
        for name in ("lowest_confidence", "at_confidence"):
            if not 0 <= getattr(self, name) <= 1:
                raise UsageError(f"{name} is {getattr(self, name)}; give a number from 0 to 1")
        if self.resamples < 0:
            raise UsageError(f"resamples is {self.resamples}; give 0 or more")

    @classmethod
    def quick(cls) -> DetectionOptions:
        """AP at one IoU, without size ranges and intervals: takes milliseconds, for use between two epochs."""
        return cls(size_ranges=False, ap50_95=False, resamples=0)
