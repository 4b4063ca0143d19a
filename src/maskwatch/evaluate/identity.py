"""How well numbers stay with people: IDF1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from maskwatch.boxes import iou
from maskwatch.detections import Detections
from maskwatch.track.assignment import assign


def idf1(truth: Sequence[Detections], found: Sequence[Detections], lowest_iou: float = 0.5) -> float:
    """The share of faces that carry the right number, 0..1 (Ristani et al., ECCV 2016 workshops).

    Each true person is paired with one number of the tracker for the whole clip, so that the most faces fit. IDF1 is
    twice the faces that fit over true and found faces together; 1 when there is neither.

    Args:
        truth: the faces of each frame, ``tracker_id`` their true persons.
        found: the same frames as the tracker reported them.
        lowest_iou: a face fits when its box overlaps the true one by at least this.

    Raises:
        ValueError: when the frames are not as many, or faces have no ``tracker_id``.
    """
    fitting: Counter[tuple[int, int]] = Counter()
    for true, reported in zip(truth, found, strict=True):
        if true.tracker_id is None or reported.tracker_id is None:
            raise ValueError("every face needs a tracker_id")
        rows, columns = np.nonzero(iou(true.xyxy, reported.xyxy) >= lowest_iou)
        fitting.update(zip(true.tracker_id[rows].tolist(), reported.tracker_id[columns].tolist(), strict=True))
    people = {person: i for i, person in enumerate(sorted({person for person, _ in fitting}))}
    numbers = {number: i for i, number in enumerate(sorted({number for _, number in fitting}))}
    table = np.zeros((len(people), len(numbers)))
    for (person, number), frames in fitting.items():
        table[people[person], numbers[number]] = frames
    faces = sum(map(len, truth)) + sum(map(len, found))
    return float(2 * table[assign(-table)].sum() / faces) if faces else 1.0
