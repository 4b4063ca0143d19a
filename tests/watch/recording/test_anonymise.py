from __future__ import annotations

import numpy as np

from frame_results import grain, incident, people
from maskwatch.detections import MaskState
from maskwatch.watch.recording.anonymise import missed, show_only
from maskwatch.watch.recording.incident_files import file_stem

FIRST, SECOND = (20, 20, 60, 70), (120, 20, 160, 70)


def detail(image: np.ndarray, box: tuple[int, int, int, int]) -> float:
    """How much neighbouring pixels differ in the middle of a box: a recognisable face has detail."""
    left, top, right, bottom = box
    inner = image[top + 12 : bottom - 12, left + 12 : right - 12].astype(float)
    return float(np.abs(np.diff(inner, axis=1)).mean())


def test_everyone_else_is_blurred() -> None:
    image = grain()
    seen = people((1, FIRST, MaskState.without_mask), (2, SECOND, MaskState.with_mask))
    shown = show_only(image, seen, {1})
    assert detail(shown, FIRST) == detail(image, FIRST)
    assert detail(shown, SECOND) < detail(image, SECOND) / 3


def test_faces_without_track_ids_are_blurred() -> None:
    image = grain()
    seen = people((1, FIRST, MaskState.without_mask))
    assert seen.tracker_id is not None
    unnumbered = type(seen)(seen.xyxy, seen.confidence, seen.state_scores)
    assert detail(show_only(image, unnumbered, {1}), FIRST) < detail(image, FIRST) / 3


def test_a_person_missed_in_one_frame_is_blurred_where_the_nearest_frame_saw_them() -> None:
    there = people((1, FIRST, MaskState.without_mask), (2, SECOND, MaskState.with_mask))
    moved = people((2, (130, 20, 170, 70), MaskState.with_mask))
    moments = [(0.0, moved), (0.9, there), (1.0, people((1, FIRST, MaskState.without_mask))), (5.0, moved)]
    hidden = missed(moments, 2, {1})
    np.testing.assert_array_equal(hidden.xyxy, [SECOND])
    assert len(missed(moments, 1, {1})) == 0
    assert len(missed(moments, 3, {1})) == 0


def test_file_names_hold_time_camera_rule_and_incident() -> None:
    stem = file_stem(incident(name="0123456789abcdef" * 2))
    date, camera, rule, name = stem.split("_")
    assert (len(date), camera, rule, name) == (15, "door", "no-mask", "01234567")
