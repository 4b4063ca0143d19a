"""What the evaluation of a detector is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from maskwatch.errors import UsageError

IOU_RANGE = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))
"""The thresholds 0.50, 0.55, ..., 0.95 of AP50-95."""


@dataclass(frozen=True)
class DetectionOptions:
    """The protocol; the defaults are the ones behind every published figure.

    Attributes:
        iou: overlap from which a found box matches a labelled one.
        loose_iou: the same on images whose boxes are loose.
        lowest_confidence: found boxes below it are left out.
        at_confidence: the one threshold at which recall and label accuracy are counted.
        presets: further thresholds by name, for the table of operating points.
        precision: the precision at which the recall of masked faces is read.
        size_bands: also judge faces from 32 px and five narrow bands.
        ap50_95: also average over IoU 0.50 to 0.95; costs ten matchings instead of one.
        resamples: bootstrap resamples behind each interval; 0 leaves the intervals out.
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
    size_bands: bool = True
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
        """AP at one IoU, without bands and intervals: milliseconds, for use between two epochs."""
        return cls(size_bands=False, ap50_95=False, resamples=0)
