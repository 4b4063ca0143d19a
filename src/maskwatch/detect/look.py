"""What a detector saw in one picture, kept so that its faces can be asked for again at another threshold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, Self

import numpy as np

from maskwatch.boxes import Letterbox, clip
from maskwatch.detect.near import SURE_SCORE, joined
from maskwatch.detect.postprocess import LOWEST_SCORE, Thresholds, select_faces
from maskwatch.detect.session import RawFaces
from maskwatch.detections import Detections


class Sight(Protocol):
    """What one picture looked like to a detector."""

    def faces(self, conf: float | None = None) -> Detections:
        """The faces with at least this confidence, 0..1; None takes the detector's own threshold."""

    def kept(self, lowest: float) -> Self:
        """The same with only what can reach the confidence ``lowest``, 0..1: a small record to keep."""


@dataclass(frozen=True)
class Look:
    """One run of the network over one picture, or two at different sizes.

    The boxes are those before suppression. Suppressing at a low threshold and dropping the unlikely faces afterwards
    would lose some: of two boxes on one face, the better box may be the less sure of its state.

    Attributes:
        raw: the boxes in pixels of the network's input, the larger one of two.
        box: how the picture was scaled into that input.
        width, height: of the picture, pixels.
        thresholds: the detector's own.
        unsure_margin: of the model's card.
        second: what a second, smaller look saw, in pixels of its own input.
        enlargement: pixels of the first input for one of the second, along x and y.
    """

    raw: RawFaces
    box: Letterbox
    width: int
    height: int
    thresholds: Thresholds
    unsure_margin: float
    second: RawFaces | None = None
    enlargement: tuple[float, float] = (1.0, 1.0)

    def faces(self, conf: float | None = None) -> Detections:
        """The faces in pixels of the picture, best first: what the detector gives with this threshold.

        Args:
            conf: lowest confidence, 0..1; None takes the detector's own.

        Raises:
            UsageError: when ``conf`` is out of range.
        """
        thresholds = self.thresholds if conf is None else replace(self.thresholds, conf=conf)
        faces = select_faces(self.joined(thresholds.conf), thresholds)
        xyxy = clip(self.box.invert(faces.xyxy, self.width, self.height), self.width, self.height)
        return Detections(xyxy, faces.face_score, faces.state_scores, unsure_margin=self.unsure_margin)

    def kept(self, lowest: float) -> Look:
        """The same with only the boxes that can reach the confidence ``lowest``, 0..1: a small record to keep."""
        raw = self.raw.chosen(np.flatnonzero(self.raw.face_score >= lowest))  # confidence <= face score
        if self.second is None:
            return replace(self, raw=raw)
        second = self.second.chosen(np.flatnonzero(self.second.face_score >= min(lowest, SURE_SCORE)))
        return replace(self, raw=raw, second=second)

    def joined(self, lowest: float) -> RawFaces:
        """The boxes of one look, or of both, in pixels of the (first) input; at least those from the face score on."""
        if self.second is None:
            return self.raw
        return joined(self.raw, self.second, self.enlargement, max(lowest, LOWEST_SCORE))
