"""The labelled and the found boxes of many images side by side, with all overlaps computed once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch import boxes
from maskwatch.data.dataset import LabelledImage
from maskwatch.detections import REPORTED_STATES, UNCERTAIN, Detections, MaskState
from maskwatch.evaluate.matching import Pairs, greedy_match
from maskwatch.evaluate.ranking import Ranking
from maskwatch.evaluate.size_bands import SizeBand
from maskwatch.evaluate.tasks import Task

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

COVERED = 0.5
"""A found box is also absorbed by an ignored one that covers at least this share of it.

Ignored boxes come from many hands and follow no convention. Bystanders are labelled faces: they absorb by IoU alone.
"""


@dataclass(frozen=True)
class Faces:
    """Labelled or found faces of many images.

    Attributes:
        state: int64 (N,), `MaskState`.
        size: float32 (N,), pixels.
        image: int64 (N,).
        three_class: bool (N,), whether the image tells incorrect wearing apart.
    """

    state: Ints
    size: Floats
    image: Ints
    three_class: Bools

    def __len__(self) -> int:
        return len(self.state)


@dataclass(frozen=True)
class Pairing:
    """What was labelled (T boxes), ignored (M boxes) and found (D boxes) in P images, and what overlaps what.

    Attributes:
        images: P.
        labelled: T faces.
        found: D faces with their verdicts; on two-class images worn_incorrectly has become with_mask.
        confidence, state_score: float32 (D,); the second is confidence x probability of the likeliest state.
        ambiguous: bool (D,), detections whose state is ambiguous.
        boxes: T + M, labelled ones first.
        pairs: every found box with every box that it shares pixels with; overlap is their IoU.
        coverage: float32, for each pair the share of the found box that the other one covers.
    """

    images: int
    labelled: Faces
    found: Faces
    confidence: Floats
    state_score: Floats
    ambiguous: Bools
    boxes: int
    pairs: Pairs
    coverage: Floats

    def ranking(self, task: Task, band: SizeBand, iou: float) -> Ranking:
        """Match the found boxes that play a part in a task, and rank the hits and false alarms.

        Labelled faces outside the band, and found boxes outside it that match nothing, count neither way.
        """
        takes_part = _has(self.found, task.verdicts) & (task.on_2class | self.found.three_class)
        score = self.confidence if task.by_confidence else self.state_score
        order = self._best_first(takes_part, score)
        target = _has(self.labelled, task.targets) & (task.on_2class | self.labelled.three_class)
        counted = target & band.holds(self.labelled.size)
        match = self._match(order, target, counted, _has(self.labelled, task.bystanders), iou)
        hit = np.append(counted, False)[np.clip(match, -1, len(counted))]
        counts = hit | ((match < 0) & band.holds(self.found.size[order]))
        return Ranking(
            score=score[order][counts],
            hit=hit[counts],
            image=self.found.image[order][counts],
            positives=np.bincount(self.labelled.image[counted], minlength=self.images),
        )

    def verdicts(self, at_confidence: float, iou: float) -> tuple[Ints, int]:
        """The reported state of each labelled face at one threshold, by a detection of any state.

        Returns:
            verdict int64 (T,): an index of `REPORTED_STATES`, or -1 where the face was missed; and the number of
            detections on no face.
        """
        order = self._best_first(self.confidence >= at_confidence, self.confidence)
        everyone = np.ones(len(self.labelled), np.bool_)
        match = self._match(order, everyone, everyone, ~everyone, iou)
        on_face = (match >= 0) & (match < len(self.labelled))
        verdict = np.full(len(self.labelled), -1, np.int64)
        reported = np.where(self.ambiguous, REPORTED_STATES.index(UNCERTAIN), self.found.state)
        verdict[match[on_face]] = reported[order[on_face]]
        return verdict, int((match < 0).sum())

    def _best_first(self, chosen: Bools, score: Floats) -> Ints:
        found = np.flatnonzero(chosen)
        return found[np.argsort(-score[found], kind="stable")]

    def _match(self, order: Ints, target: Bools, counted: Bools, bystander: Bools, iou: float) -> Ints:
        """Match found boxes, best first, to the targets; bystanders and ignored boxes absorb any number."""
        ignored_boxes = np.ones(self.boxes - len(target), np.bool_)
        absorbs = np.concatenate([bystander, ignored_boxes])
        takes_part = np.concatenate([target | bystander, ignored_boxes])
        rank = np.full(len(self.found), -1, np.int64)
        rank[order] = np.arange(len(order))
        found, box = rank[self.pairs.found], self.pairs.box
        fits = (self.pairs.overlap >= iou) | ((box >= len(target)) & (self.coverage >= COVERED))
        fits &= takes_part[box] & (found >= 0)
        pairs = Pairs(found[fits], box[fits], self.pairs.overlap[fits])
        return greedy_match(pairs, len(order), np.concatenate([~counted, ignored_boxes]), absorbs)


def pair(
    images: Sequence[LabelledImage],
    predictions: Sequence[Detections],
    size: Callable[[Floats], Floats] = boxes.shorter_side,
) -> Pairing:
    """Pair images with what was found in them.

    Args:
        images: P labelled images.
        predictions: P, in the same order.
        size: gives the sizes (N,) of boxes (N, 4) by which they are put into bands.
    """
    labelled = _faces([i.class_id for i in images], [i.xyxy for i in images], images, size)
    verdicts = [_verdicts(image, found) for image, found in zip(images, predictions, strict=True)]
    found = _faces(verdicts, [p.xyxy for p in predictions], images, size)
    pairs, coverage = _overlaps(images, predictions)
    return Pairing(
        images=len(images),
        labelled=labelled,
        found=found,
        confidence=np.concatenate([p.confidence for p in predictions]),
        state_score=np.concatenate([p.confidence * p.state_confidence for p in predictions]),
        ambiguous=np.concatenate([p.ambiguous for p in predictions]),
        boxes=len(labelled) + sum(len(image.ignore) for image in images),
        pairs=pairs,
        coverage=coverage,
    )


def _faces(
    states: Sequence[Ints],
    xyxy: Sequence[Floats],
    images: Sequence[LabelledImage],
    size: Callable[[Floats], Floats],
) -> Faces:
    counts = [len(state) for state in states]
    return Faces(
        state=np.concatenate(states),
        size=size(np.concatenate(xyxy)),
        image=np.repeat(np.arange(len(images)), counts),
        three_class=np.repeat(np.array([image.labels == "3class" for image in images], np.bool_), counts),
    )


def _verdicts(image: LabelledImage, found: Detections) -> Ints:
    if image.labels == "3class":
        return found.class_id
    incorrect = found.class_id == MaskState.worn_incorrectly
    return np.where(incorrect, np.int64(MaskState.with_mask), found.class_id)


def _overlaps(images: Sequence[LabelledImage], predictions: Sequence[Detections]) -> tuple[Pairs, Floats]:
    """Pairs of found boxes and boxes that share pixels, numbered over all images; labelled boxes before ignored."""
    founds, others, ious, coverages = [], [], [], []
    found_start = label_start = 0
    ignore_start = sum(len(image.xyxy) for image in images)
    for image, prediction in zip(images, predictions, strict=True):
        everything = np.concatenate([image.xyxy, image.ignore])
        numbers = np.concatenate(
            [np.arange(len(image.xyxy)) + label_start, np.arange(len(image.ignore)) + ignore_start]
        )
        shared = boxes.intersection(prediction.xyxy, everything)
        found, box = np.nonzero(shared > 0)
        founds.append(found + found_start)
        others.append(numbers[box])
        ious.append(boxes.iou(prediction.xyxy, everything)[found, box])
        coverages.append(shared[found, box] / np.maximum(boxes.area(prediction.xyxy)[found], 1e-9))
        found_start += len(prediction)
        label_start += len(image.xyxy)
        ignore_start += len(image.ignore)
    pairs = Pairs(np.concatenate(founds), np.concatenate(others), np.concatenate(ious))
    return pairs, np.concatenate(coverages)


def _has(faces: Faces, states: Sequence[MaskState]) -> Bools:
    wanted = np.zeros(len(MaskState), np.bool_)
    wanted[list(states)] = True
    return wanted[faces.state]
