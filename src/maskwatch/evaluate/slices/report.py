"""The figures by slice: plain records that turn into JSON and CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from maskwatch.detections import REPORTED_STATES
from maskwatch.evaluate.estimates import Estimate, Proportion


@dataclass(frozen=True)
class ImageSlice:
    """How well the faces of some images, or of changed images, are found.

    Attributes:
        kind: what the slice is about: "crowd", "blur", ...
        name: which slice of that kind.
        images: how many.
        masked, unmasked: labelled faces.
        mean_ap, masked_ap, unmasked_ap: average precision at the protocol's IoU; the mean is over the states.
        change: of ``mean_ap`` against the same images as stored, -1..1, its interval from resampling both at once;
            None where the images are as stored.
        masked_found, unmasked_found: faces found at one confidence.
        right: faces with the right state, of those found.
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
    masked_found: Proportion
    unmasked_found: Proportion
    right: Proportion


@dataclass(frozen=True)
class FaceSlice:
    """What becomes of some of the labelled faces at one confidence.

    Attributes:
        kind: what the slice is about: "mask colour", "skin tone", "drawn occluder".
        name: which slice of that kind.
        found: of the labelled faces.
        right: with the right state, of those found with a decided state.
        verdicts: by reported state, the share of those found.
    """

    kind: str
    name: str
    found: Proportion
    right: Proportion
    verdicts: dict[str, Proportion]


@dataclass(frozen=True)
class SliceReport:
    """Figures by slice.

    Attributes:
        at_confidence: threshold of all counts.
        images: slices of images, as stored and changed.
        faces: slices of faces.
    """

    at_confidence: float
    images: tuple[ImageSlice, ...]
    faces: tuple[FaceSlice, ...]

    def to_dict(self) -> dict[str, Any]:
        """The report in types that JSON knows; shares are 0..1."""
        return asdict(self)

    def rows(self) -> Iterator[list[str]]:
        """The report as a table: one row for each figure, a heading first."""
        yield ["kind", "slice", "figure", "hits", "total", "value", "low", "high"]
        slices: tuple[ImageSlice | FaceSlice, ...] = (*self.images, *self.faces)
        for item in slices:
            metrics = {name: value for name, value in vars(item).items() if isinstance(value, Estimate | Proportion)}
            if isinstance(item, FaceSlice):
                metrics |= {f"called {state}": item.verdicts[state] for state in REPORTED_STATES}
            for name, value in metrics.items():
                counts = [str(value.hits), str(value.total)] if isinstance(value, Proportion) else ["", ""]
                numbers = ["" if v is None else f"{v:.5f}" for v in (value.value, value.low, value.high)]
                yield [item.kind, item.name, name, *counts, *numbers]
