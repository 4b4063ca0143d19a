from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from maskwatch.boxes import iou
from maskwatch.detections import Detections
from maskwatch.evaluate.identity import idf1
from maskwatch.track import Tracker
from people import Clip, Person, face, together


def numbered(faces: Detections, *numbers: int) -> Detections:
    return Detections(faces.xyxy, faces.confidence, faces.state_scores, np.array(numbers, np.int64))


TWO = together([face(50, 50), face(200, 50)])
NOBODY = numbered(Detections.empty())


def test_perfect_ids_whatever_their_numbers() -> None:
    assert idf1([numbered(TWO, 0, 1)] * 4, [numbered(TWO, 7, 3)] * 4) == 1


def test_a_person_gets_a_new_id_halfway() -> None:
    one = face(50, 50)
    found = [numbered(one, 1)] * 3 + [numbered(one, 2)] * 1
    # three of four faces match the best ID: 2 * 3 / (4 + 4)
    assert idf1([numbered(one, 0)] * 4, found) == pytest.approx(0.75)


def test_swapped_ids() -> None:
    assert idf1([numbered(TWO, 0, 1)] * 4, [numbered(TWO, 1, 2)] * 2 + [numbered(TWO, 2, 1)] * 2) == pytest.approx(0.5)


def test_missed_and_false_faces_lower_the_score() -> None:
    one, other = face(50, 50), face(300, 300)
    assert idf1([numbered(one, 0)] * 2, [numbered(one, 1), NOBODY]) == pytest.approx(2 / 3)
    assert idf1([numbered(one, 0)], [numbered(together([one, other]), 1, 2)]) == pytest.approx(2 / 3)
    assert idf1([numbered(one, 0)], [numbered(other, 1)]) == 0


def test_no_faces() -> None:
    assert idf1([], []) == 1
    assert idf1([NOBODY], [NOBODY]) == 1


def test_frames_must_agree_and_faces_need_ids() -> None:
    with pytest.raises(ValueError, match="shorter"):
        idf1([NOBODY, NOBODY], [NOBODY])
    with pytest.raises(ValueError, match="tracker_id"):
        idf1([NOBODY], [TWO])


def idf1_by_motmetrics(truth: list[Detections], found: list[Detections]) -> float:
    motmetrics = pytest.importorskip("motmetrics")
    accumulator = motmetrics.MOTAccumulator(auto_id=True)
    for true, reported in zip(truth, found, strict=True):
        overlap = iou(true.xyxy, reported.xyxy).astype(float)
        distance = np.where(overlap >= 0.5, 1 - overlap, np.nan)
        accumulator.update(true.tracker_id.tolist(), reported.tracker_id.tolist(), distance)
    return float(motmetrics.metrics.create().compute(accumulator, metrics=["idf1"])["idf1"].iloc[0])


@pytest.mark.parametrize("seed", range(6))
def test_equal_to_motmetrics(seed: int, plain_iou: Any) -> None:
    chance = np.random.default_rng(seed)
    people = []
    for _ in range(6):
        start, end = chance.uniform(40, 360, (2, 2))
        hidden = np.sort(chance.uniform(0, 4, 2))
        people.append(Person(tuple(start), tuple(end), hidden=tuple(hidden)))
    clip = Clip(people, noise=0.1, seed=seed)
    for tracker in (Tracker(), plain_iou()):
        found = [tracker(time, faces) for time, faces in zip(clip.times, clip.seen, strict=True)]
        ours = idf1(clip.truth, found)
        assert 0.1 < ours < 1
        assert ours == pytest.approx(idf1_by_motmetrics(clip.truth, found), abs=1e-9)
