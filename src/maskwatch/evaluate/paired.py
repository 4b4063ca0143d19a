"""One picture's labelled and found boxes side by side, with all overlaps computed once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch import boxes
from maskwatch.data.dataset import LabelledImage
from maskwatch.detections import Detections, MaskState
from maskwatch.evaluate.matching import Candidates, greedy_match
from maskwatch.evaluate.ranking import PictureOutcome
from maskwatch.evaluate.size_bands import SizeBand
from maskwatch.evaluate.tasks import Task

COVERED = 0.5
"""A found box is absorbed by an ignored one that covers at least this share of it."""


@dataclass(frozen=True)
class PairedImage:
    """Labelled boxes (T), ignored boxes (M) and found boxes (D) of one picture.

    Attributes:
        two_class: worn_incorrectly was not marked here.
        state: int64 (T,), labelled `MaskState`.
        size: float32 (T,), labelled face size in pixels.
        found_state: int64 (D,), verdicts; on a two-class picture worn_incorrectly has become with_mask.
        found_size: float32 (D,).
        face_score, confidence: float32 (D,).
        iou: float32 (D, T + M), labelled boxes first.
        coverage: float32 (D, T + M), share of the found box that each box covers.
    """

    two_class: bool
    state: NDArray[np.int64]
    size: NDArray[np.float32]
    found_state: NDArray[np.int64]
    found_size: NDArray[np.float32]
    face_score: NDArray[np.float32]
    confidence: NDArray[np.float32]
    iou: NDArray[np.float32]
    coverage: NDArray[np.float32]

    @classmethod
    def of(cls, image: LabelledImage, found: Detections, lowest_confidence: float) -> PairedImage:
        """Pair a picture with what was found in it, down to a confidence."""
        found = found[found.confidence >= lowest_confidence]
        two_class = image.labels == "2class"
        verdict = found.class_id
        if two_class:
            verdict = np.where(verdict == MaskState.worn_incorrectly, int(MaskState.with_mask), verdict)
        all_boxes = np.concatenate([image.xyxy, image.ignore])
        own_area = np.maximum(boxes.area(found.xyxy), 1e-9)
        return cls(
            two_class=two_class,
            state=image.class_id,
            size=boxes.shorter_side(image.xyxy),
            found_state=verdict,
            found_size=boxes.shorter_side(found.xyxy),
            face_score=found.face_score,
            confidence=found.confidence,
            iou=boxes.iou(found.xyxy, all_boxes),
            coverage=np.asarray(boxes.intersection(found.xyxy, all_boxes) / own_area[:, None], np.float32),
        )

    def outcome(self, task: Task, band: SizeBand, iou: float) -> PictureOutcome:
        """Match the found boxes that play a part in the task, and say which are hits and which false alarms.

        Labelled faces outside the band, and found boxes outside it that match nothing, count neither way.
        """
        if self.two_class and not task.on_2class:
            return PictureOutcome(np.zeros(0, np.float32), np.zeros(0, np.bool_), 0)
        score = self.face_score if task.by_face_score else self.confidence
        found = np.flatnonzero(np.isin(self.found_state, task.verdicts))
        found = found[np.argsort(-score[found], kind="stable")]
        target = np.isin(self.state, task.targets)
        counted = target & band.holds(self.size)
        match = greedy_match(self._candidates(found, target, counted, np.isin(self.state, task.bystanders), iou))
        hit = np.append(counted, False)[np.clip(match, -1, len(counted))]
        counts = hit | ((match < 0) & band.holds(self.found_size[found]))
        return PictureOutcome(score[found][counts], hit[counts], int(counted.sum()))

    def matched_faces(self, at_confidence: float, iou: float) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Faces found at one threshold by a box of any state.

        Returns:
            verdict int64 (T,), the state that each labelled face was given, -1 where it was missed, and
            false_alarm bool (D',), one for each found box of at least that confidence.
        """
        found = np.flatnonzero(self.confidence >= at_confidence)
        found = found[np.argsort(-self.face_score[found], kind="stable")]
        labelled = np.ones(len(self.state), np.bool_)
        match = greedy_match(self._candidates(found, labelled, labelled, ~labelled, iou))
        on_face = (match >= 0) & (match < len(self.state))
        verdict = np.full(len(self.state), -1, np.int64)
        verdict[match[on_face]] = self.found_state[found[on_face]]
        return verdict, match < 0

    def _candidates(
        self,
        found: NDArray[np.intp],
        target: NDArray[np.bool_],
        counted: NDArray[np.bool_],
        bystander: NDArray[np.bool_],
        iou: float,
    ) -> Candidates:
        extra = np.ones(self.iou.shape[1] - len(target), np.bool_)
        absorbs = np.concatenate([bystander, extra])
        overlap = self.iou[found]
        fits = overlap >= iou
        fits[:, absorbs] |= self.coverage[found][:, absorbs] >= COVERED
        fits[:, : len(target)] &= target | bystander
        return Candidates(overlap, fits, ignored=~np.concatenate([counted, ~extra]), reusable=absorbs)
