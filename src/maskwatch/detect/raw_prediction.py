"""Raw outputs of a detector for one image, and how they become detections.

A detector can run its network over one image at several scales: small faces are detected best in a large input, faces
that fill the image in a small one. `merge_scales` takes the faces of its size range from each scale, and drops boxes of
a larger scale that are only parts of a face. `postprocess` applies thresholds and non-maximum suppression.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import Letterbox, area, clip, intersection, iou, shorter_side, suppress
from maskwatch.detections import Detections, MaskState
from maskwatch.errors import UsageError

LOWEST_SCORE = 1e-3
"""Locations with a lower face score are never faces, at any threshold."""

WHOLE_SIDE, WHOLE_SCORE = 80.0, 0.4
"""A detected face of at least this side (shorter one, in input pixels) and score drops its parts at larger scales."""
PART_SHARE = 0.7
"""A part lies inside the face by at least this share of its own area ..."""
SAME_FACE_IOU = 0.45
"""... overlaps it by less than two boxes of one face do ..."""
PART_SCORE = 1.5
"""... and scores at most this many times as high as the face."""


class RawOutputs(NamedTuple):
    """Outputs of the network at its A locations, before thresholds and non-maximum suppression.

    Attributes:
        xyxy: float32 (A, 4), pixels of the network's input.
        face_score: float32 (A,).
        state_scores: float32 (A, 3).
    """

    xyxy: NDArray[np.float32]
    face_score: NDArray[np.float32]
    state_scores: NDArray[np.float32]

    def select(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> RawOutputs:
        """Some of the locations, by mask bool (A,) or by index."""
        return RawOutputs(*(part[which] for part in self))


@dataclass(frozen=True)
class Calibration:
    """Temperature scaling (Guo et al., ICML 2017) of state or class scores.

    Attributes:
        temperature: divides the log-probabilities; a value over 1 lowers confidence.
    """

    temperature: float = 1.0

    def __call__(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Calibrated probabilities (N, C), rows summing to 1, of raw ones (N, C)."""
        if self.temperature == 1:
            return scores
        powers = np.power(np.maximum(scores, 1e-9), 1 / self.temperature)
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


@dataclass(frozen=True)
class Thresholds:
    """Thresholds of a detector.

    Attributes:
        conf: confidence threshold, on the face score, 0..1.
        iou: a box that overlaps a better one by more than this is dropped, 0..1.
        calibration: of the state scores.

    Raises:
        UsageError: when a value is out of range.
    """

    conf: float
    iou: float
    calibration: Calibration = field(default_factory=Calibration)

    def __post_init__(self) -> None:
        for name in ("conf", "iou"):
            if not 0 <= getattr(self, name) <= 1:
                raise UsageError(f"--{name} {getattr(self, name)} is out of range; take a value from 0 to 1")


def postprocess(raw: RawOutputs, thresholds: Thresholds) -> Detections:
    """Detections in the pixels of ``raw``, best first: first whether there is a face, then the state of its mask.

    A face is a box whose face score reaches ``thresholds.conf`` and which no better box suppresses. Its state comes
    from the box on this face with the highest face score x state probability: the box that fits the face best may be
    ambiguous about the mask where its neighbour is not. A higher ``conf`` only removes faces.
    """
    candidates = raw.select(np.flatnonzero(raw.face_score >= member_score(thresholds.conf)))
    states = thresholds.calibration(candidates.state_scores)
    score = candidates.face_score
    kept, owner = suppress(candidates.xyxy, score, thresholds.iou, max(thresholds.conf, LOWEST_SCORE))
    best = np.arange(len(score))
    for i in np.argsort(score * states.max(axis=1, initial=0), kind="stable"):
        if owner[i] >= 0:
            best[owner[i]] = i  # the last one written has the highest product
    return Detections(candidates.xyxy[kept], score[kept], states[best[kept]])


def member_score(conf: float) -> float:
    """Lowest face score of a box that can decide the state of a face with at least the confidence ``conf``.

    The kept box has a face score of ``conf`` or more, and its most likely state a probability of a third or more. A box
    with less than a third of ``conf`` cannot have a higher product.
    """
    return max(conf / len(MaskState), LOWEST_SCORE)


@dataclass(frozen=True)
class SizeRange:
    """Face sizes (shorter side, in pixels of the input) that are taken from one scale."""

    smallest: float = 0.0
    largest: float = np.inf


@dataclass(frozen=True)
class ScaleOutput:
    """Outputs of the network for an image at one scale.

    Attributes:
        raw: in pixels of the input.
        letterbox: how the image was scaled into the input.
        size_range: which faces are taken from this scale.
    """

    raw: RawOutputs
    letterbox: Letterbox
    size_range: SizeRange

    def above(self, score: float) -> ScaleOutput:
        """Only the boxes with at least this face score, 0..1."""
        return replace(self, raw=self.raw.select(np.flatnonzero(self.raw.face_score >= score)))

    def in_range(self) -> ScaleOutput:
        """Only the boxes within the size range."""
        side = shorter_side(self.raw.xyxy)
        fits = (side >= self.size_range.smallest) & (side <= self.size_range.largest)
        return replace(self, raw=self.raw.select(fits))

    def whole(self) -> NDArray[np.bool_]:
        """Which boxes are faces that drop their parts at larger scales: bool (N,)."""
        large = shorter_side(self.raw.xyxy) >= WHOLE_SIDE
        return np.asarray(large & (self.raw.face_score >= WHOLE_SCORE), np.bool_)

    def in_image(self, width: int, height: int) -> RawOutputs:
        """The outputs in pixels of the image."""
        return self.raw._replace(xyxy=self.letterbox.invert(self.raw.xyxy, width, height))


def merge_scales(outputs: Sequence[ScaleOutput], width: int, height: int, score: float) -> RawOutputs:
    """Boxes of all scales in pixels of the image, before suppression: one face may have a box of each scale.

    Args:
        outputs: from the largest input to the smallest.
        width: of the image, pixels.
        height: of the image, pixels.
        score: boxes with a lower face score, 0..1, may be left out, which saves time.
    """
    score = max(score, LOWEST_SCORE)
    if len(outputs) == 1:
        return outputs[0].above(score).in_image(width, height)
    outputs = [output.above(min(score, WHOLE_SCORE)).in_range() for output in outputs]
    merged = [output.in_image(width, height) for output in outputs]
    for i, output in enumerate(outputs[1:], start=1):
        whole = merged[i].select(output.whole())
        merged[:i] = [larger.select(~_parts(larger, whole)) for larger in merged[:i]]
    return RawOutputs(*(np.concatenate(parts) for parts in zip(*merged, strict=True)))


def _parts(raw: RawOutputs, whole: RawOutputs) -> NDArray[np.bool_]:
    """Which of N boxes are parts of a whole face: bool (N,)."""
    inside = intersection(raw.xyxy, whole.xyxy) > PART_SHARE * np.maximum(area(raw.xyxy), 1e-6)[:, None]
    other_face = iou(raw.xyxy, whole.xyxy) < SAME_FACE_IOU
    outscored = raw.face_score[:, None] <= PART_SCORE * whole.face_score
    return np.asarray((inside & other_face & outscored).any(axis=1), np.bool_)


class RawPrediction(Protocol):
    """Raw outputs of a detector for one image; `detections` applies thresholds and suppression."""

    def detections(self, conf: float | None = None) -> Detections:
        """The faces at a confidence threshold, 0..1; None takes the detector's."""

    def above(self, conf: float) -> Self:
        """Only what matters at a confidence threshold of ``conf`` or more: a small record to store."""


@dataclass(frozen=True)
class MultiScalePrediction:
    """Raw outputs of a single-shot network for one image, at one scale or several.

    The boxes are those before suppression, because the state of a face may come from a box that suppression drops.

    Attributes:
        outputs: one for each scale, from the largest input to the smallest.
        width, height: of the image, pixels.
        thresholds: the detector's.
        ambiguity_margin: of the model's card.
    """

    outputs: tuple[ScaleOutput, ...]
    width: int
    height: int
    thresholds: Thresholds
    ambiguity_margin: float

    def detections(self, conf: float | None = None) -> Detections:
        """The faces in pixels of the image, best first, as the detector returns them at this threshold.

        Args:
            conf: confidence threshold, 0..1; None takes the detector's.

        Raises:
            UsageError: when ``conf`` is out of range.
        """
        thresholds = self.thresholds if conf is None else replace(self.thresholds, conf=conf)
        faces = postprocess(self.merged(member_score(thresholds.conf)), thresholds)
        xyxy = clip(faces.xyxy, self.width, self.height)
        return Detections(xyxy, faces.confidence, faces.state_scores, ambiguity_margin=self.ambiguity_margin)

    def above(self, conf: float) -> MultiScalePrediction:
        """Only the boxes that matter at a confidence threshold of ``conf`` or more: a small record to store."""
        score = member_score(conf)
        if len(self.outputs) > 1:  # whole faces drop their parts at any threshold
            score = min(score, WHOLE_SCORE)
        return replace(self, outputs=tuple(output.above(score) for output in self.outputs))

    def merged(self, score: float) -> RawOutputs:
        """Boxes of all scales in pixels of the image; see `merge_scales`."""
        return merge_scales(self.outputs, self.width, self.height, score)
