"""Metrics by slice: plain records that turn into JSON and CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from maskwatch.detections import REPORTED_STATES
from maskwatch.evaluate.intervals import Estimate, Proportion


@dataclass(frozen=True)
class ImageSlice:
    """How well the faces in some images are detected, as stored or changed.

    Attributes:
        kind: topic of the slice: "crowd", "blur", ...
        name: of the slice within its kind.
        images: number of images.
        masked, unmasked: number of labelled faces.
        mean_ap, masked_ap, unmasked_ap: average precision at the IoU of the protocol; the mean is over the states.
        change: change of ``mean_ap`` from the same images as stored, -1..1, with an interval from joint resampling;
            None for images as stored.
        masked_recall, unmasked_recall: share of faces detected at one confidence threshold.
        label_accuracy: share of correct states among the detected faces whose state is not uncertain.
    """

    kind: str
    name: str
    images: int
    masked: int
    unmasked: int
    mean_ap: Estimate
    masked_ap: Estimate
    unmasked_ap: Estimate
    change: Estimate | None
    masked_recall: Proportion
    unmasked_recall: Proportion
    label_accuracy: Proportion


@dataclass(frozen=True)
class FaceSlice:
    """How well some of the labelled faces are detected and classified at one confidence threshold.

    Attributes:
        kind: topic of the slice: "mask colour", "skin tone", "drawn occluder".
        name: of the slice within its kind.
        recall: share of faces detected.
        label_accuracy: share of correct states among the detected faces whose state is not uncertain.
        predicted: share of the detected faces reported as each state.
    """

    kind: str
    name: str
    recall: Proportion
    label_accuracy: Proportion
    predicted: dict[str, Proportion]


@dataclass(frozen=True)
class SliceReport:
    """Metrics by slice.

    Attributes:
        at_confidence: threshold of all counts.
        images: slices of images, as stored and changed.
        faces: slices of faces.
    """

    at_confidence: float
    images: tuple[ImageSlice, ...]
    faces: tuple[FaceSlice, ...]

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON types; shares are 0..1."""
        return asdict(self)

    def rows(self) -> Iterator[list[str]]:
        """The report as a table: a heading, then one row per metric."""
        yield ["kind", "slice", "metric", "hits", "total", "value", "low", "high"]
        slices: tuple[ImageSlice | FaceSlice, ...] = (*self.images, *self.faces)
        for item in slices:
            metrics = {name: value for name, value in vars(item).items() if isinstance(value, Estimate | Proportion)}
            if isinstance(item, FaceSlice):
                metrics |= {f"predicted {state}": item.predicted[state] for state in REPORTED_STATES}
            for name, value in metrics.items():
                counts = [str(value.hits), str(value.total)] if isinstance(value, Proportion) else ["", ""]
                numbers = ["" if v is None else f"{v:.5f}" for v in (value.value, value.low, value.high)]
                yield [item.kind, item.name, name, *counts, *numbers]
