"""What a detector saw in one image, kept so that its faces can be asked for again at another threshold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, Self

from maskwatch.boxes import clip
from maskwatch.detect.multi_scale import SURE_SCORE, ScaleOutput, merge_scales
from maskwatch.detect.postprocess import Thresholds, member_score, postprocess
from maskwatch.detect.session import RawOutputs
from maskwatch.detections import Detections


class RawPrediction(Protocol):
    """What one image looked like to a detector."""

    def faces(self, conf: float | None = None) -> Detections:
        """The faces with at least this confidence, 0..1; None takes the detector's own threshold."""

    def kept(self, lowest: float) -> Self:
        """The same with only what can reach the confidence ``lowest``, 0..1: a small record to keep."""


@dataclass(frozen=True)
class MultiScalePrediction:
    """One run of the network over one image, or several at different sizes.

    The boxes are those before suppression, since the state of a face may come from a box that suppression drops.

    Attributes:
        views: what was said of each input, from the largest to the smallest.
        width, height: of the image, pixels.
        thresholds: the detector's own.
        ambiguity_margin: of the model's card.
    """

    views: tuple[ScaleOutput, ...]
    width: int
    height: int
    thresholds: Thresholds
    ambiguity_margin: float

    def faces(self, conf: float | None = None) -> Detections:
        """The faces in pixels of the image, best first: what the detector gives with this threshold.

        Args:
            conf: lowest confidence, 0..1; None takes the detector's own.

        Raises:
            UsageError: when ``conf`` is out of range.
        """
        thresholds = self.thresholds if conf is None else replace(self.thresholds, conf=conf)
        faces = postprocess(self.merge_scales(member_score(thresholds.conf)), thresholds)
        xyxy = clip(faces.xyxy, self.width, self.height)
        return Detections(xyxy, faces.confidence, faces.state_scores, ambiguity_margin=self.ambiguity_margin)

    def kept(self, lowest: float) -> MultiScalePrediction:
        """Only the boxes that matter for faces of at least the confidence ``lowest``, 0..1, to save memory."""
        lowest = member_score(lowest)
        if len(self.views) > 1:  # sure faces take their parts away, whatever is asked for
            lowest = min(lowest, SURE_SCORE)
        return replace(self, views=tuple(view.above(lowest) for view in self.views))

    def merge_scales(self, lowest: float) -> RawOutputs:
        """The boxes of all views in pixels of the image; at least those from the face score ``lowest`` on."""
        return merge_scales(self.views, self.width, self.height, lowest)
