"""The record that every detector returns and every sink takes: the faces of one image."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import supervision


class MaskState(IntEnum):
    """How a mask is worn; the order is the same in every model, file and table."""

    with_mask = 0
    worn_incorrectly = 1
    without_mask = 2


STATE_NAMES: tuple[str, ...] = tuple(state.name for state in MaskState)
UNCERTAIN = "uncertain"
REPORTED_STATES: tuple[str, ...] = (*STATE_NAMES, UNCERTAIN)
"""What counts, rules and pages say of a face: one of the three states, or that its state is uncertain."""


@dataclass(frozen=True, eq=False)
class Detections:
    """The faces detected in one image, best first.

    Attributes:
        xyxy: float32 (N, 4), absolute pixels of the stored image.
        confidence: float32 (N,), 0..1, how sure the detector is that this is a face; what ``conf`` thresholds.
        state_scores: float32 (N, 3), probabilities in the order of `MaskState`; each row sums to 1.
        tracker_id: int64 (N,), the track of each face, or None without tracking.
        ambiguity_margin: a state is ambiguous when its probability leads the next best by less than this, 0..1.

    Raises:
        ValueError: when the shapes do not agree.
    """

    xyxy: NDArray[np.float32]
    confidence: NDArray[np.float32]
    state_scores: NDArray[np.float32]
    tracker_id: NDArray[np.int64] | None = field(default=None)
    ambiguity_margin: float = 0.0

    def __post_init__(self) -> None:
        n = len(self.xyxy)
        expected = {"xyxy": (n, 4), "confidence": (n,), "state_scores": (n, len(MaskState))}
        if self.tracker_id is not None:
            expected["tracker_id"] = (n,)
        for name, shape in expected.items():
            actual = getattr(self, name).shape
            if actual != shape:
                raise ValueError(f"{name} has shape {actual}, expected {shape}")

    @classmethod
    def empty(cls) -> Detections:
        """No face."""
        return cls(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros((0, len(MaskState)), np.float32))

    @property
    def class_id(self) -> NDArray[np.int64]:
        """int64 (N,), the most likely `MaskState` of each face."""
        return np.asarray(self.state_scores.argmax(axis=1), np.int64)

    @property
    def state_confidence(self) -> NDArray[np.float32]:
        """float32 (N,), the probability of the most likely state, 0..1."""
        return np.asarray(self.state_scores.max(axis=1, initial=0), np.float32)

    @property
    def states(self) -> list[MaskState]:
        """The most likely state of each face."""
        return [MaskState(int(i)) for i in self.class_id]

    @property
    def ambiguous(self) -> NDArray[np.bool_]:
        """Whether the state of each face is ambiguous, bool (N,); ``class_id`` is the best guess all the same."""
        ranked = np.sort(self.state_scores, axis=1)
        return np.asarray(ranked[:, -1] - ranked[:, -2] < self.ambiguity_margin, np.bool_)

    @property
    def reported_states(self) -> list[str]:
        """What is reported of each face: the name of its state, or "uncertain" where that is ambiguous."""
        reported = np.where(self.ambiguous, len(STATE_NAMES), self.class_id) if self.ambiguity_margin else self.class_id
        return [REPORTED_STATES[index] for index in reported.tolist()]

    def __len__(self) -> int:
        return len(self.xyxy)

    def __iter__(self) -> Iterator[Detections]:
        """One `Detections` of length 1 for each face."""
        for i in range(len(self)):
            yield self[i]

    def __getitem__(self, index: int | slice | NDArray[Any] | list[Any]) -> Detections:
        """Select faces by a number, a slice, a boolean mask or an index array; the result is always a `Detections`.

        Raises:
            IndexError: when there is no such face.
        """
        if isinstance(index, int | np.integer):
            if not -len(self) <= index < len(self):
                raise IndexError(f"face {index} of {len(self)}")
            index = slice(int(index) % len(self), int(index) % len(self) + 1)
        return replace(
            self,
            xyxy=self.xyxy[index],
            confidence=self.confidence[index],
            state_scores=self.state_scores[index],
            tracker_id=None if self.tracker_id is None else self.tracker_id[index],
        )

    def __eq__(self, other: object) -> bool:
        """Whether two records hold the same faces in the same order, to the last bit."""
        if not isinstance(other, Detections):
            return NotImplemented
        return self.ambiguity_margin == other.ambiguity_margin and all(
            (a is None and b is None) or (a is not None and b is not None and np.array_equal(a, b))
            for a, b in (
                (self.xyxy, other.xyxy),
                (self.confidence, other.confidence),
                (self.state_scores, other.state_scores),
                (self.tracker_id, other.tracker_id),
            )
        )

    __hash__ = None  # type: ignore[assignment]

    def with_confidence(self, conf: float) -> Detections:
        """Only the faces with a confidence of at least ``conf``, 0..1."""
        return self[self.confidence >= conf]

    def counts(self) -> dict[str, int]:
        """The number of faces in each of `REPORTED_STATES`; an ambiguous one counts as uncertain only."""
        reported = self.reported_states
        return {name: reported.count(name) for name in REPORTED_STATES}

    def to_supervision(self) -> supervision.Detections:
        """The same faces as a ``supervision.Detections``, states under ``data["class_name"]``.

        Raises:
            ImportError: when the ``supervision`` package is not installed.
        """
        import supervision

        return supervision.Detections(
            xyxy=self.xyxy,
            confidence=self.confidence,
            class_id=self.class_id,
            tracker_id=self.tracker_id,
            data={
                "class_name": np.array([state.name for state in self.states], dtype=str),
                "state_scores": self.state_scores,
                "ambiguous": self.ambiguous,
            },
        )

    @classmethod
    def from_supervision(cls, detections: supervision.Detections) -> Detections:
        """The faces of a ``supervision.Detections``, of another detector or of `to_supervision`.

        State scores are taken from ``data["state_scores"]``; without them each face has its ``class_id`` for certain.

        Raises:
            ValueError: when a face has neither state scores nor a ``class_id`` of `MaskState`.
        """
        xyxy = np.asarray(detections.xyxy, np.float32).reshape(-1, 4)
        ones = np.ones(len(xyxy), np.float32)
        confidence = ones if detections.confidence is None else detections.confidence
        states = detections.data.get("state_scores")
        if states is None:
            if len(xyxy) and (detections.class_id is None or not np.isin(detections.class_id, list(MaskState)).all()):
                raise ValueError(f"class_id must be one of {[int(s) for s in MaskState]} ({', '.join(STATE_NAMES)})")
            states = np.eye(len(MaskState))[np.zeros(0, int) if detections.class_id is None else detections.class_id]
        tracker_id = None if detections.tracker_id is None else np.asarray(detections.tracker_id, np.int64)
        return cls(xyxy, np.asarray(confidence, np.float32), np.asarray(states, np.float32), tracker_id)
