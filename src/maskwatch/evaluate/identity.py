"""IDF1: how consistently track IDs follow people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from maskwatch.boxes import iou
from maskwatch.detections import Detections
from maskwatch.track.assignment import assign


def idf1(truth: Sequence[Detections], tracked: Sequence[Detections], lowest_iou: float = 0.5) -> float:
    """The share of faces with the correct track ID, 0..1 (Ristani et al., ECCV 2016 workshops).

    Each true person is paired with at most one track ID for the whole clip, so that the most faces match. IDF1 is
    twice the number of matching faces, divided by the number of true and tracked faces; 1 without any faces.

    Args:
        truth: the faces of each frame, with their true persons as ``tracker_id``.
        tracked: the same frames from the tracker.
        lowest_iou: a face matches when its box has at least this IoU with the true one.

    Raises:
        ValueError: when the numbers of frames differ, or faces have no ``tracker_id``.
    """
    matches: Counter[tuple[int, int]] = Counter()
    for true, track in zip(truth, tracked, strict=True):
        if true.tracker_id is None or track.tracker_id is None:
            raise ValueError("every face needs a tracker_id")
        rows, columns = np.nonzero(iou(true.xyxy, track.xyxy) >= lowest_iou)
        matches.update(zip(true.tracker_id[rows].tolist(), track.tracker_id[columns].tolist(), strict=True))
    people = {person: i for i, person in enumerate(sorted({person for person, _ in matches}))}
    ids = {track_id: i for i, track_id in enumerate(sorted({track_id for _, track_id in matches}))}
    table = np.zeros((len(people), len(ids)))
    for (person, track_id), frames in matches.items():
        table[people[person], ids[track_id]] = frames
    faces = sum(map(len, truth)) + sum(map(len, tracked))
    return float(2 * table[assign(-table)].sum() / faces) if faces else 1.0
