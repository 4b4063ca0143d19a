"""Labelled boxes and detections of many images side by side, with all overlaps computed once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch import boxes
from maskwatch.data.dataset import LabelledImage
from maskwatch.detections import REPORTED_STATES, UNCERTAIN, Detections, MaskState
from maskwatch.evaluate.average_precision import Ranking
from maskwatch.evaluate.intervals import FloatArray
from maskwatch.evaluate.matching import Pairs, greedy_match
from maskwatch.evaluate.tasks import FaceSizeRange, Task

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

COVERED = 0.5
"""An ignore region absorbs a detection if it covers at least this share of it.

IoU alone would not suffice, since ignore regions follow no convention. Labelled faces that a task ignores absorb by
IoU alone.
"""


@dataclass(frozen=True)
class Faces:
    """Labelled or detected faces of many images.

    Attributes:
        state: int64 (N,), `MaskState`.
        size: float32 (N,), in pixels.
        image: int64 (N,), index of the image.
        three_class: bool (N,), whether incorrect wearing is labelled in the image.
    """

    state: IntArray
    size: FloatArray
    image: IntArray
    three_class: BoolArray

    def __len__(self) -> int:
        return len(self.state)


@dataclass(frozen=True)
class Pairing:
    """T labelled boxes, M ignore regions and D detections in P images, and their overlaps.

    Attributes:
        images: P.
        labelled: T faces.
        detected: D faces with their predicted states; in two-class images, worn_incorrectly has become with_mask.
        confidence, state_score: float32 (D,); the latter is confidence x probability of the predicted state.
        ambiguous: bool (D,), detections whose state is ambiguous.
        boxes: T + M, labelled boxes first.
        pairs: each detection with each box that it intersects; the overlap is their IoU.
        coverage: float32, for each pair the share of the detection that the box covers.
    """

    images: int
    labelled: Faces
    detected: Faces
    confidence: FloatArray
    state_score: FloatArray
    ambiguous: BoolArray
    boxes: int
    pairs: Pairs
    coverage: FloatArray

    def ranking(self, task: Task, size_range: FaceSizeRange, iou: float) -> Ranking:
        """Match the detections that count in a task, and rank true and false positives.

        Labelled faces outside the size range are ignored, and so are unmatched detections outside it.
        """
        takes_part = _has(self.detected, task.predicted) & (task.on_2class | self.detected.three_class)
        score = self.confidence if task.by_confidence else self.state_score
        order = self._best_first(takes_part, score)
        target = _has(self.labelled, task.targets) & (task.on_2class | self.labelled.three_class)
        counted = target & size_range.contains(self.labelled.size)
        match = self._match(order, target, counted, _has(self.labelled, task.ignored), iou)
        hit = np.append(counted, False)[np.clip(match, -1, len(counted))]
        counts = hit | ((match < 0) & size_range.contains(self.detected.size[order]))
        return Ranking(
            score=score[order][counts],
            hit=hit[counts],
            image=self.detected.image[order][counts],
            positives=np.bincount(self.labelled.image[counted], minlength=self.images),
        )

    def predicted_states(self, at_confidence: float, iou: float) -> tuple[IntArray, int]:
        """The reported state of each labelled face at one threshold, from a detection of any state.

        Returns:
            predicted int64 (T,): an index of `REPORTED_STATES`, or -1 where the face was missed; and the number of
            false positives.
        """
        order = self._best_first(self.confidence >= at_confidence, self.confidence)
        everyone = np.ones(len(self.labelled), np.bool_)
        match = self._match(order, everyone, everyone, ~everyone, iou)
        on_face = (match >= 0) & (match < len(self.labelled))
        predicted = np.full(len(self.labelled), -1, np.int64)
        reported = np.where(self.ambiguous, REPORTED_STATES.index(UNCERTAIN), self.detected.state)
        predicted[match[on_face]] = reported[order[on_face]]
        return predicted, int((match < 0).sum())

    def _best_first(self, chosen: BoolArray, score: FloatArray) -> IntArray:
        detections = np.flatnonzero(chosen)
        return detections[np.argsort(-score[detections], kind="stable")]

    def _match(
        self, order: IntArray, target: BoolArray, counted: BoolArray, absorbing: BoolArray, iou: float
    ) -> IntArray:
        """Match detections, best first, to the targets; absorbing faces and ignore regions take any number."""
        regions = np.ones(self.boxes - len(target), np.bool_)
        takes_part = np.concatenate([target | absorbing, regions])
        rank = np.full(len(self.detected), -1, np.int64)
        rank[order] = np.arange(len(order))
        detection, box = rank[self.pairs.detection], self.pairs.box
        fits = (self.pairs.overlap >= iou) | ((box >= len(target)) & (self.coverage >= COVERED))
        fits &= takes_part[box] & (detection >= 0)
        pairs = Pairs(detection[fits], box[fits], self.pairs.overlap[fits])
        ignored, reusable = np.concatenate([~counted, regions]), np.concatenate([absorbing, regions])
        return greedy_match(pairs, len(order), ignored, reusable)


def pair(
    images: Sequence[LabelledImage],
    predictions: Sequence[Detections],
    size: Callable[[FloatArray], FloatArray] = boxes.shorter_side,
) -> Pairing:
    """Pair images with their detections.

    Args:
        images: P labelled images.
        predictions: P, in the same order.
        size: returns the sizes (N,) of boxes (N, 4), by which they are assigned to size ranges.
    """
    labelled = _faces([i.class_id for i in images], [i.xyxy for i in images], images, size)
    states = [_two_class(image, found) for image, found in zip(images, predictions, strict=True)]
    detected = _faces(states, [p.xyxy for p in predictions], images, size)
    pairs, coverage = _overlaps(images, predictions)
    return Pairing(
        images=len(images),
        labelled=labelled,
        detected=detected,
        confidence=np.concatenate([p.confidence for p in predictions]),
        state_score=np.concatenate([p.confidence * p.state_confidence for p in predictions]),
        ambiguous=np.concatenate([p.ambiguous for p in predictions]),
        boxes=len(labelled) + sum(len(image.ignore) for image in images),
        pairs=pairs,
        coverage=coverage,
    )


def _faces(
    states: Sequence[IntArray],
    xyxy: Sequence[FloatArray],
    images: Sequence[LabelledImage],
    size: Callable[[FloatArray], FloatArray],
) -> Faces:
    counts = [len(state) for state in states]
    return Faces(
        state=np.concatenate(states),
        size=size(np.concatenate(xyxy)),
        image=np.repeat(np.arange(len(images)), counts),
        three_class=np.repeat(np.array([image.labels == "3class" for image in images], np.bool_), counts),
    )


def _two_class(image: LabelledImage, found: Detections) -> IntArray:
    """The predicted states (N,), without worn_incorrectly in images where it is not labelled."""
    if image.labels == "3class":
        return found.class_id
    incorrect = found.class_id == MaskState.worn_incorrectly
    return np.where(incorrect, np.int64(MaskState.with_mask), found.class_id)


def _overlaps(images: Sequence[LabelledImage], predictions: Sequence[Detections]) -> tuple[Pairs, FloatArray]:
    """Detections and boxes that intersect, numbered over all images; labelled boxes before ignore regions."""
    detections, others, ious, coverages = [], [], [], []
    detection_start = label_start = 0
    ignore_start = sum(len(image.xyxy) for image in images)
    for image, prediction in zip(images, predictions, strict=True):
        everything = np.concatenate([image.xyxy, image.ignore])
        numbers = np.concatenate(
            [np.arange(len(image.xyxy)) + label_start, np.arange(len(image.ignore)) + ignore_start]
        )
        shared = boxes.intersection(prediction.xyxy, everything)
        detection, box = np.nonzero(shared > 0)
        detections.append(detection + detection_start)
        others.append(numbers[box])
        ious.append(boxes.iou(prediction.xyxy, everything)[detection, box])
        coverages.append(shared[detection, box] / np.maximum(boxes.area(prediction.xyxy)[detection], 1e-9))
        detection_start += len(prediction)
        label_start += len(image.xyxy)
        ignore_start += len(image.ignore)
    pairs = Pairs(np.concatenate(detections), np.concatenate(others), np.concatenate(ious))
    return pairs, np.concatenate(coverages)


def _has(faces: Faces, states: Sequence[MaskState]) -> BoolArray:
    wanted = np.zeros(len(MaskState), np.bool_)
    wanted[list(states)] = True
    return wanted[faces.state]
