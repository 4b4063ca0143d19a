"""The plain baseline of tracking: greedy IoU with the last box (Bochinski et al., AVSS 2017)."""

from __future__ import annotations

import numpy as np

from maskwatch.boxes import iou
from maskwatch.detections import Detections


class IouTracker:
    """Numbers faces by their overlap with the last boxes; no motion, no unsure faces.

    Args:
        wait_s: how long the box of somebody unseen is kept, seconds; 0 as published.
        conf: faces under this confidence are not looked at.
        lowest_iou: of a face and the last box of its track.
    """

    def __init__(self, wait_s: float = 0.0, *, conf: float = 0.35, lowest_iou: float = 0.3) -> None:
        self._wait_s, self._conf, self._lowest_iou = wait_s, conf, lowest_iou
        self._boxes = np.zeros((0, 4), np.float32)
        self._numbers = np.zeros(0, np.int64)
        self._seen_s = np.zeros(0)
        self._next = 1

    def __call__(self, time_s: float, faces: Detections) -> Detections:
        """The sure faces with numbers."""
        faces = faces[faces.confidence >= self._conf]
        overlap = iou(faces.xyxy, self._boxes)
        numbers = np.zeros(len(faces), np.int64)
        for _ in range(min(overlap.shape)):
            i, j = np.unravel_index(overlap.argmax(), overlap.shape)
            if overlap[i, j] < self._lowest_iou:
                break
            numbers[i] = self._numbers[j]
            overlap[i, :], overlap[:, j] = -1, -1
        for i in np.flatnonzero(numbers == 0):
            numbers[i], self._next = self._next, self._next + 1
        kept = ~np.isin(self._numbers, numbers) & (self._seen_s >= time_s - self._wait_s)
        self._boxes = np.concatenate([faces.xyxy, self._boxes[kept]])
        self._numbers = np.concatenate([numbers, self._numbers[kept]])
        self._seen_s = np.concatenate([np.full(len(faces), time_s), self._seen_s[kept]])
        return Detections(faces.xyxy, faces.confidence, faces.state_scores, numbers)
