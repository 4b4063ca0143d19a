"""One image looked at in several sizes: which faces each look is trusted with, and what is a part of a larger face.

The network is best at faces of the sizes of its anchor boxes. A larger input brings far faces to such sizes, a smaller
one those near the camera.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import Boxes, Letterbox, area, intersection, iou, shorter_side
from maskwatch.detect.postprocess import LOWEST_SCORE
from maskwatch.detect.session import RawOutputs
from maskwatch.errors import UsageError

SURE_SIDE, SURE_SCORE = 80.0, 0.4
"""Shorter side, in pixels of its input, and face score of faces within which larger looks may see parts of faces."""
PART_SHARE = 0.7
"""A part of a face lies inside it by this share of its own area ..."""
SAME_FACE = 0.45
"""... and overlaps it (intersection over union) by less than two boxes of one face do."""
OUTWEIGHED = 1.5
"""A part goes when its face score is at most this many times that of the face around it."""


@dataclass(frozen=True)
class SizeRange:
    """Shorter sides, in pixels of a look's own input, of the faces that it is trusted with."""

    least: float = 0.0
    most: float = np.inf


FAR_MOST, MAIN_LEAST = 64.0, 16.0
"""Up to the one, in pixels of the far look, and from the other on, in pixels of the main look, faces are taken."""
MAIN_MOST, NEAR_LEAST = 240.0, 40.0
"""The same of the main look, about its largest anchor box, and of the near look."""


def size_ranges(*, imgsz_high: bool, imgsz_low: bool) -> tuple[SizeRange, ...]:
    """What each look is trusted with, from the largest input to the smallest: far (if any), main, near (if any)."""
    main = SizeRange(MAIN_LEAST if imgsz_high else 0.0, MAIN_MOST if imgsz_low else np.inf)
    looks = (imgsz_high, SizeRange(most=FAR_MOST)), (True, main), (imgsz_low, SizeRange(least=NEAR_LEAST))
    return tuple(trust for there, trust in looks if there)


def check_scales(imgsz_high: int, imgsz: int, imgsz_low: int) -> None:
    """See that every face is seen by one of the looks.

    Args:
        imgsz_high: longer side of the largest input; 0 for no such look.
        imgsz: of the main one.
        imgsz_low: of the smallest one; 0 for no such look.

    Raises:
        UsageError: when one is out of range.
    """
    _check("imgsz-low", imgsz_low, imgsz, int(imgsz * NEAR_LEAST / MAIN_MOST) + 1, imgsz - 1)
    _check("imgsz-high", imgsz_high, imgsz, imgsz + 1, int(imgsz * FAR_MOST / MAIN_LEAST) - 1)


def _check(name: str, side: int, imgsz: int, least: int, most: int) -> None:
    if not isinstance(side, int) or (side and not least <= side <= most):
        allowed = f"{least} to {most}, or 0 for no such look"
        raise UsageError(f"--{name} {side} is out of range; with --imgsz {imgsz} take {allowed}")


@dataclass(frozen=True)
class ScaleOutput:
    """What the network said of one input.

    Attributes:
        raw: in pixels of the input.
        box: how the image was scaled into it.
        trust: which of the faces are taken.
    """

    raw: RawOutputs
    box: Letterbox
    trust: SizeRange

    def above(self, lowest: float) -> ScaleOutput:
        """The same with only the boxes whose face score, 0..1, is at least ``lowest``."""
        return ScaleOutput(self.raw.chosen(np.flatnonzero(self.raw.face_score >= lowest)), self.box, self.trust)

    def in_range(self) -> ScaleOutput:
        """The same with only the faces that it is trusted with."""
        side = shorter_side(self.raw.xyxy)
        return ScaleOutput(
            self.raw.chosen((side >= self.trust.least) & (side <= self.trust.most)), self.box, self.trust
        )

    def sure(self) -> NDArray[np.bool_]:
        """Which boxes are faces within which other looks may see parts of faces: bool (N,)."""
        return np.asarray((shorter_side(self.raw.xyxy) >= SURE_SIDE) & (self.raw.face_score >= SURE_SCORE), np.bool_)


def merge_scales(views: Sequence[ScaleOutput], width: int, height: int, lowest: float) -> RawOutputs:
    """What several looks at one image saw, in its pixels; one face may have boxes of several.

    Args:
        views: from the largest input to the smallest.
        width: of the image, pixels.
        height: of the image, pixels.
        lowest: face score, 0..1, below which nothing is asked for; leaving that out early saves time.
    """
    lowest = max(lowest, LOWEST_SCORE)
    if len(views) == 1:
        return _in_image(views[0].above(lowest), width, height)
    views = [view.above(min(lowest, SURE_SCORE)).in_range() for view in views]
    seen = [_in_image(view, width, height) for view in views]
    for number, view in enumerate(views[1:], start=1):
        whole = seen[number].chosen(view.sure())
        seen[:number] = [faces.chosen(~_parts(faces, whole)) for faces in seen[:number]]
    return RawOutputs(*(np.concatenate(parts) for parts in zip(*seen, strict=True)))


def _in_image(view: ScaleOutput, width: int, height: int) -> RawOutputs:
    return view.raw._replace(xyxy=view.box.invert(view.raw.xyxy, width, height))


def _parts(raw: RawOutputs, faces: RawOutputs) -> NDArray[np.bool_]:
    """Which of N boxes are parts of one of the faces, and no surer than it: bool (N,)."""
    outweighed = raw.face_score[:, None] <= OUTWEIGHED * faces.face_score
    return np.asarray((_inside(raw.xyxy, faces.xyxy) & outweighed).any(axis=1), np.bool_)


def _inside(xyxy: Boxes, faces: Boxes) -> NDArray[np.bool_]:
    """Which boxes (N, 4) lie within which faces (M, 4) without being boxes of the same face: bool (N, M)."""
    within = intersection(xyxy, faces) > PART_SHARE * np.maximum(area(xyxy), 1e-6)[:, None]
    return np.asarray(within & (iou(xyxy, faces) < SAME_FACE), np.bool_)
