from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from maskwatch.detections import STATE_NAMES, Detections, MaskState


def two_faces(**changes: object) -> Detections:
    values: dict[str, object] = {
        "xyxy": np.array([[0, 0, 10, 10], [20, 20, 40, 50]], np.float32),
        "face_score": np.array([0.9, 0.8], np.float32),
        "state_scores": np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]], np.float32),
    }
    return Detections(**{**values, **changes})  # type: ignore[arg-type]


def test_order_of_states_is_fixed() -> None:
    assert STATE_NAMES == ("with_mask", "worn_incorrectly", "without_mask")
    assert [int(state) for state in MaskState] == [0, 1, 2]


def test_class_and_confidence_follow_from_scores() -> None:
    faces = two_faces()
    assert faces.states == [MaskState.with_mask, MaskState.without_mask]
    assert faces.confidence == pytest.approx([0.63, 0.64])
    assert faces.counts() == {"with_mask": 1, "worn_incorrectly": 0, "without_mask": 1}


def test_selection_keeps_the_parts_together() -> None:
    faces = two_faces(tracker_id=np.array([7, 9], np.int64))
    unmasked = faces[faces.class_id == MaskState.without_mask]
    assert len(unmasked) == 1
    assert unmasked.tracker_id is not None
    assert unmasked.tracker_id.tolist() == [9]
    assert [len(face) for face in faces] == [1, 1]


def test_no_face() -> None:
    none = Detections.empty()
    assert len(none) == 0
    assert none.confidence.shape == none.class_id.shape == (0,)
    assert sum(none.counts().values()) == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("xyxy", np.zeros((2, 5), np.float32)),
        ("face_score", np.zeros(3, np.float32)),
        ("state_scores", np.zeros((2, 2), np.float32)),
        ("tracker_id", np.zeros(1, np.int64)),
    ],
)
def test_shapes_must_agree(name: str, value: np.ndarray) -> None:
    with pytest.raises(ValueError, match="shape"):
        two_faces(**{name: value})


@pytest.mark.skipif(importlib.util.find_spec("supervision") is None, reason="supervision is not installed")
def test_to_supervision() -> None:
    theirs = two_faces().to_supervision()
    assert theirs.xyxy.shape == (2, 4)
    assert theirs.data["class_name"].tolist() == ["with_mask", "without_mask"]


def test_unsure_states_are_those_with_a_small_lead_and_keep_their_class() -> None:
    faces = two_faces(state_scores=np.array([[0.5, 0.4, 0.1], [0.1, 0.1, 0.8]], np.float32), ambiguity_margin=0.2)
    assert faces.ambiguous.tolist() == [True, False]
    assert faces.class_id.tolist() == [0, 2]
    assert faces[1:].ambiguous.tolist() == [False]
    assert two_faces().ambiguous.tolist() == [False, False]
    assert Detections.empty().ambiguous.shape == (0,)
