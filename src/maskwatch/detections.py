"""The record that every detector gives and every sink takes: the faces of one image."""

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


@dataclass(frozen=True)
class Detections:
    """The faces found in one image, best first.

    Attributes:
        xyxy: float32 (N, 4), absolute pixels of the stored image.
        face_score: float32 (N,), 0..1, how sure the detector is that this is a face.
        state_scores: float32 (N, 3), probabilities in the order of `MaskState`; each row sums to 1.
        tracker_id: int64 (N,), one number for each person over time, or None where nobody tracked.
        ambiguity_margin: a state is unsure when its probability leads the next best by less than this, 0..1.

    Raises:
        ValueError: when the shapes do not agree.
    """

    xyxy: NDArray[np.float32]
    face_score: NDArray[np.float32]
    state_scores: NDArray[np.float32]
    tracker_id: NDArray[np.int64] | None = field(default=None)
    ambiguity_margin: float = 0.0

    def __post_init__(self) -> None:
        n = len(self.xyxy)
        expected = {"xyxy": (n, 4), "face_score": (n,), "state_scores": (n, len(MaskState))}
        if self.tracker_id is not None:
            expected["tracker_id"] = (n,)
        for name, shape in expected.items():
            found = getattr(self, name).shape
            if found != shape:
                raise ValueError(f"{name} has shape {found}, expected {shape}")

    @classmethod
    def empty(cls) -> Detections:
        """No face."""
        return cls(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros((0, len(MaskState)), np.float32))

    @property
    def class_id(self) -> NDArray[np.int64]:
        """int64 (N,), the most likely `MaskState` of each face."""
        return np.asarray(self.state_scores.argmax(axis=1), np.int64)

    @property
    def confidence(self) -> NDArray[np.float32]:
        """float32 (N,), face score x probability of the most likely state."""
        return np.asarray(self.face_score * self.state_scores.max(axis=1, initial=0), np.float32)

    @property
    def states(self) -> list[MaskState]:
        """The most likely state of each face."""
        return [MaskState(int(i)) for i in self.class_id]

    @property
    def ambiguous(self) -> NDArray[np.bool_]:
        """Whether each state is not clear, bool (N,); its ``class_id`` is the best guess all the same."""
        ranked = np.sort(self.state_scores, axis=1)
        return np.asarray(ranked[:, -1] - ranked[:, -2] < self.ambiguity_margin, np.bool_)

    def __len__(self) -> int:
        return len(self.xyxy)

    def __iter__(self) -> Iterator[Detections]:
        """One `Detections` of length 1 for each face."""
        for i in range(len(self)):
            yield self[i : i + 1]

    def __getitem__(self, index: slice | NDArray[Any]) -> Detections:
        """The faces that a slice, a boolean mask or an index array selects."""
        return replace(
            self,
            xyxy=self.xyxy[index],
            face_score=self.face_score[index],
            state_scores=self.state_scores[index],
            tracker_id=None if self.tracker_id is None else self.tracker_id[index],
        )

    def counts(self) -> dict[str, int]:
        """The number of faces in each state, by name."""
        totals = np.bincount(self.class_id, minlength=len(MaskState))
        return {name: int(total) for name, total in zip(STATE_NAMES, totals, strict=True)}

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
                "face_score": self.face_score,
                "state_scores": self.state_scores,
            },
        )
