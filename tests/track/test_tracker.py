from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from maskwatch.detections import Detections, MaskState
from maskwatch.errors import UsageError
from maskwatch.evaluate.identity import idf1
from maskwatch.frames import Frame
from maskwatch.track import Tracker, TrackOptions
from people import Clip, Person, face, together

NOBODY = Detections.empty()


def tracked(clip: Clip, every: int = 1, tracker: Tracker | None = None) -> list[Detections]:
    """The clip as the tracker reports it, when only every n-th frame is looked at."""
    tracker = tracker or Tracker()
    pairs = enumerate(zip(clip.seen, clip.times, strict=True))
    return [tracker(time, faces if i % every == 0 else None) for i, (faces, time) in pairs]


def numbers(people: Detections) -> list[int]:
    assert people.tracker_id is not None
    return people.tracker_id.tolist()


CROSSING = (Person((40, 100), (600, 120)), Person((600, 120), (40, 100), hidden=(1.8, 2.25)))
HIDDEN = (Person((60, 60), (500, 60), hidden=(1.5, 2.5)), Person((300, 300), (300, 310), hidden=(1.0, 2.6)))
FAST = tuple(Person((30, y), (830, y), size=24) for y in (60, 100, 140))
BLURRED = (Person((60, 100), (400, 100), ambiguous=(1.0, 1.4)), Person((400, 200), (60, 200), ambiguous=(2.0, 2.3)))
SCENARIOS = {"crossing": CROSSING, "hidden": HIDDEN, "fast": FAST, "blurred": BLURRED}


@pytest.mark.parametrize("fps", [10, 15, 30])
@pytest.mark.parametrize("name", SCENARIOS)
def test_numbers_stay_with_people_better_than_by_plain_iou(name: str, fps: float, plain_iou: Any) -> None:
    ours, theirs = [], []
    for seed in range(3):
        clip = Clip(SCENARIOS[name], fps=fps, seed=seed)
        ours.append(idf1(clip.truth, tracked(clip)))
        baseline = plain_iou()
        plain = [baseline(time, faces) for time, faces in zip(clip.times, clip.seen, strict=True)]
        theirs.append(idf1(clip.truth, plain))
    assert min(ours) > 0.97
    if not (name == "fast" and fps == 30):  # there the boxes of one person overlap, which makes it easy
        assert np.mean(ours) > np.mean(theirs)


@pytest.mark.parametrize("every", [2, 3, 5])
def test_only_every_nth_frame_is_looked_at(every: int) -> None:
    clip = Clip(CROSSING + HIDDEN, fps=30)
    assert idf1(clip.truth, tracked(clip, every)) > 0.9


def test_predicted_people_move_on() -> None:
    tracker = Tracker()
    for i in range(10):
        seen = tracker(i / 10, together([face(100 + 10 * i, 100), face(400, 100)]))
    ahead = tracker(1.0, None)
    assert numbers(ahead) == numbers(seen)
    assert ahead.class_id.tolist() == seen.class_id.tolist()
    assert np.sort(ahead.xyxy[:, 0]) == pytest.approx([180, 380], abs=3)


def test_nobody_is_predicted_who_was_not_there_at_the_last_look() -> None:
    tracker = Tracker()
    for i in range(5):
        tracker(i / 10, face(100, 100))
    tracker(0.5, NOBODY)
    assert len(tracker(0.6, None)) == 0


def test_who_comes_back_in_time_keeps_the_number_and_who_does_not_is_new() -> None:
    lost_s = TrackOptions().lost_s
    for away, same in ((lost_s - 0.2, True), (lost_s + 0.3, False)):
        tracker = Tracker()
        for i in range(10):
            first = tracker(i / 10, face(100, 100))
        for i in range(1, round(away * 10)):
            assert len(tracker(0.9 + i / 10, NOBODY)) == 0
        again = tracker(0.9 + away, face(103, 100))
        assert (numbers(again) == numbers(first)) is same


def test_a_long_silence_ends_everybody_even_without_empty_frames() -> None:
    tracker = Tracker()
    for i in range(5):
        first = tracker(i / 10, face(100, 100))
    assert numbers(tracker(10.0, face(100, 100))) != numbers(first)


def test_entering_and_leaving_are_counted_once_each() -> None:
    tracker = Tracker()
    for visitor in range(4):
        for i in range(20):
            state = MaskState.without_mask if visitor == 2 else MaskState.with_mask
            tracker(visitor * 6 + i / 10, face(20 + 20 * i, 100, state=state))
    assert tracker.people == {"with_mask": 3, "worn_incorrectly": 0, "without_mask": 1, "uncertain": 0}


def test_people_are_counted_by_their_last_verdict() -> None:
    tracker = Tracker()
    for i in range(40):
        state = MaskState.without_mask if i < 20 else MaskState.with_mask
        tracker(i / 10, face(100, 100, state=state))
    assert tracker.people == {"with_mask": 1, "worn_incorrectly": 0, "without_mask": 0, "uncertain": 0}
    tracker.reset()
    assert sum(tracker.people.values()) == 1


def test_a_false_alarm_of_one_frame_is_reported_and_not_counted() -> None:
    tracker = Tracker()
    assert len(tracker(0.0, face(100, 100))) == 1
    for i in range(1, 30):
        tracker(i / 10, NOBODY)
    assert sum(tracker.people.values()) == 0


def test_unsure_faces_continue_people_and_begin_none() -> None:
    tracker = Tracker()
    assert len(tracker(0.0, face(100, 100, score=0.3))) == 0
    for i in range(1, 4):
        known = tracker(i / 10, face(100, 100))
    continued = tracker(0.4, together([face(101, 100, score=0.3), face(300, 300, score=0.3)]))
    assert numbers(continued) == numbers(known)
    assert continued.confidence[0] < tracker.options.conf


def test_faces_under_the_low_threshold_are_not_looked_at() -> None:
    tracker = Tracker()
    for i in range(4):
        tracker(i / 10, face(100, 100))
    assert len(tracker(0.4, face(100, 100, score=0.05))) == 0


def test_a_sure_face_is_preferred_to_an_unsure_one_that_is_nearer() -> None:
    tracker = Tracker()
    for i in range(5):
        tracker(i / 10, face(100, 100))
    people = tracker(0.5, together([face(100, 100, score=0.3), face(106, 100, score=0.9)]))
    assert len(people) == 1
    assert people.confidence[0] == pytest.approx(0.9)


def test_verdicts_are_steady_where_frames_are_not() -> None:
    chance = np.random.default_rng(4)
    tracker, said, verdicts = Tracker(), [], []
    for i in range(300):
        state = MaskState.with_mask if chance.uniform() < 0.75 else MaskState.worn_incorrectly
        seen = face(100, 100, state=state, sure=chance.uniform(0.5, 0.9), score=0.9)
        said.append(int(seen.class_id[0]))
        people = tracker(i / 15, seen)
        verdicts.append(int(people.class_id[0]))
    assert np.count_nonzero(np.diff(verdicts)) * 5 <= np.count_nonzero(np.diff(said))
    assert Counter(verdicts).most_common(1)[0][0] == MaskState.with_mask


def test_boxes_and_face_scores_are_the_detectors() -> None:
    tracker = Tracker()
    for i in range(6):
        seen = face(100 + 3 * i, 100, score=0.8)
        people = tracker(i / 10, seen)
        assert people.xyxy.tolist() == seen.xyxy.tolist()
        assert people.confidence.tolist() == seen.confidence.tolist()


def test_order_stays_best_first() -> None:
    tracker = Tracker()
    for i in range(6):
        seen = together([face(100 * k, 100, score=0.9 - 0.1 * k) for k in range(4)])
        people = tracker(i / 10, seen)
        assert (np.diff(people.confidence) < 0).all()
        assert people.xyxy.tolist() == seen.xyxy.tolist()


def test_empty_frames_and_first_frames() -> None:
    tracker = Tracker()
    for faces in (NOBODY, None, NOBODY):
        people = tracker(0.0, faces)
        assert len(people) == 0
        assert people.tracker_id is not None
    assert tracker.people == dict.fromkeys(("with_mask", "worn_incorrectly", "without_mask", "uncertain"), 0)


def frame(source: str, index: int, time_s: float | None) -> Frame:
    return Frame(np.zeros((240, 320, 3), np.uint8), index, time_s, source, Fraction(10))


def test_another_file_begins_another_count_of_numbers_that_never_repeat() -> None:
    tracker, seen = Tracker(), {}
    for source in ("a.mp4", "b.mp4", "a.mp4"):
        for i in range(5):
            people = tracker(frame(source, i, i / 10), face(100, 100))
        seen[source, len(seen)] = numbers(people)[0]
    assert len(set(seen.values())) == 3
    assert sum(tracker.people.values()) == 3


def test_faces_of_images_have_no_number() -> None:
    tracker = Tracker()
    for i in range(4):
        people = tracker(frame(f"{i}.jpg", 0, None), together([face(100, 100), face(200, 100, score=0.3)]))
        assert people.tracker_id is None
        assert len(people) == 1
    assert len(tracker(frame("5.jpg", 0, None), None)) == 0
    assert tracker.untimed == 5
    assert sum(tracker.people.values()) == 0


def test_predicted_boxes_stay_in_the_image() -> None:
    tracker = Tracker()
    for i in range(6):
        tracker(frame("a.mp4", i, i / 10), face(240 + 12 * i, 100))
    people = tracker(frame("a.mp4", 6, 1.0), None)
    assert people.xyxy[0, 2] == 320


def test_a_clock_that_jumps_back_loses_nobody() -> None:
    tracker = Tracker()
    for time in (100.0, 100.1, 100.2, 100.3, 0.0, 0.1, 0.2):
        people = tracker(time, face(100, 100))
    assert numbers(people) == [1]
    assert sum(tracker.people.values()) == 1


def test_many_faces_at_one_moment_are_many_people() -> None:
    tracker = Tracker()
    for i in range(4):
        people = tracker(i / 10, together([face(50 * x, 50 * y) for x in range(1, 8) for y in range(1, 8)]))
    assert len(set(numbers(people))) == 49
    assert sum(tracker.people.values()) == 49


@pytest.mark.parametrize(
    ("name", "value"), [("conf", 1.5), ("confirm_hits", 0), ("lost_s", -1), ("independent_s", 0), ("gate", np.inf)]
)
def test_options_out_of_range_are_named(name: str, value: float) -> None:
    with pytest.raises(UsageError, match=name):
        TrackOptions(**{name: value})
