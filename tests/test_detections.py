from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from maskwatch.detections import STATE_NAMES, Detections, MaskState


def two_faces(**changes: object) -> Detections:
    values: dict[str, object] = {
        "xyxy": np.array([[0, 0, 10, 10], [20, 20, 40, 50]], np.float32),
        "confidence": np.array([0.9, 0.8], np.float32),
        "state_scores": np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]], np.float32),
    }
    return Detections(**{**values, **changes})  # type: ignore[arg-type]


def test_order_of_states_is_fixed() -> None:
    assert STATE_NAMES == ("with_mask", "worn_incorrectly", "without_mask")
    assert [int(state) for state in MaskState] == [0, 1, 2]


def test_the_state_follows_from_the_scores_and_the_confidence_does_not() -> None:
    faces = two_faces()
    assert faces.states == [MaskState.with_mask, MaskState.without_mask]
    assert faces.confidence == pytest.approx([0.9, 0.8])
    assert faces.state_confidence == pytest.approx([0.7, 0.8])
    assert faces.counts() == {"with_mask": 1, "worn_incorrectly": 0, "without_mask": 1, "uncertain": 0}


def test_an_ambiguous_face_counts_as_uncertain_and_keeps_its_best_guess() -> None:
    faces = two_faces(state_scores=np.array([[0.5, 0.4, 0.1], [0.1, 0.1, 0.8]], np.float32), ambiguity_margin=0.2)
    assert faces.reported_states == ["uncertain", "without_mask"]
    assert faces.counts() == {"with_mask": 0, "worn_incorrectly": 0, "without_mask": 1, "uncertain": 1}
    assert sum(faces.counts().values()) == len(faces)
    assert faces.states == [MaskState.with_mask, MaskState.without_mask]


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
        ("confidence", np.zeros(3, np.float32)),
        ("state_scores", np.zeros((2, 2), np.float32)),
        ("tracker_id", np.zeros(1, np.int64)),
    ],
)
def test_shapes_must_agree(name: str, value: np.ndarray) -> None:
    with pytest.raises(ValueError, match="shape"):
        two_faces(**{name: value})


def test_one_face_by_its_number() -> None:
    faces = two_faces()
    assert faces[1] == faces[1:]
    assert faces[-1] == faces[1]
    with pytest.raises(IndexError, match="face 2 of 2"):
        faces[2]


def test_equality_compares_values() -> None:
    assert two_faces() == two_faces()
    assert two_faces() != two_faces(confidence=np.array([0.9, 0.7], np.float32))
    assert two_faces() != two_faces(tracker_id=np.array([1, 2], np.int64))
    assert two_faces() != two_faces(ambiguity_margin=0.5)
    assert two_faces() != two_faces()[:1]
    assert two_faces() != "two faces"


def test_a_threshold_keeps_the_faces_that_reach_it() -> None:
    faces = two_faces()
    assert faces.with_confidence(float(faces.confidence[0])) == faces[:1]
    assert faces.with_confidence(0.0) == faces


@pytest.mark.skipif(importlib.util.find_spec("supervision") is None, reason="supervision is not installed")
def test_to_supervision() -> None:
    theirs = two_faces().to_supervision()
    assert theirs.xyxy.shape == (2, 4)
    assert theirs.data["class_name"].tolist() == ["with_mask", "without_mask"]


class Theirs:
    """The part of supervision.Detections that is read."""

    def __init__(self, faces: Detections, **data: np.ndarray) -> None:
        self.xyxy, self.confidence, self.class_id = faces.xyxy, faces.confidence, faces.class_id
        self.tracker_id, self.data = faces.tracker_id, data


def test_from_supervision() -> None:
    faces = two_faces(tracker_id=np.array([7, 9], np.int64))
    same = Theirs(faces, state_scores=faces.state_scores)
    assert Detections.from_supervision(same) == faces  # type: ignore[arg-type]
    certain = Detections.from_supervision(Theirs(faces))  # type: ignore[arg-type]
    assert certain.class_id.tolist() == faces.class_id.tolist()
    assert certain.confidence.tolist() == faces.confidence.tolist()
    other = Theirs(faces)
    other.class_id = np.array([0, 7])
    with pytest.raises(ValueError, match="class_id must be one of"):
        Detections.from_supervision(other)  # type: ignore[arg-type]


def test_unsure_states_are_those_with_a_small_lead_and_keep_their_class() -> None:
    faces = two_faces(state_scores=np.array([[0.5, 0.4, 0.1], [0.1, 0.1, 0.8]], np.float32), ambiguity_margin=0.2)
    assert faces.ambiguous.tolist() == [True, False]
    assert faces.class_id.tolist() == [0, 2]
    assert faces[1:].ambiguous.tolist() == [False]
    assert two_faces().ambiguous.tolist() == [False, False]
    assert Detections.empty().ambiguous.shape == (0,)
