"""Synthetic people for tracking tests: true boxes, and detections with seeded noise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from maskwatch.detections import Detections, MaskState


def face(
    x: float, y: float, *, size: float = 40, score: float = 0.9, state: int = MaskState.without_mask, sure: float = 0.9
) -> Detections:
    """One face around (x, y), whose state has probability ``sure``."""
    box = np.array([[x - size / 2, y - size / 2, x + size / 2, y + size / 2]], np.float32)
    states = np.full((1, 3), (1 - sure) / 2, np.float32)
    states[0, state] = sure
    return Detections(box, np.array([score], np.float32), states)


def together(faces: Iterable[Detections]) -> Detections:
    """Several detections in one, sorted by confidence."""
    several = [Detections.empty(), *faces]
    merged = Detections(
        np.concatenate([f.xyxy for f in several]),
        np.concatenate([f.confidence for f in several]),
        np.concatenate([f.state_scores for f in several]),
    )
    return merged[np.argsort(-merged.confidence, kind="stable")]


@dataclass
class Person:
    """A person who walks along a straight line.

    Attributes:
        start, end: centre at the start and the end of the clip, pixels.
        size: of the face, pixels.
        hidden: (from, to) in seconds, when they are not detected.
        ambiguous: (from, to) in seconds, when their score is low.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    size: float = 40
    hidden: tuple[float, float] = (0, 0)
    ambiguous: tuple[float, float] = (0, 0)


@dataclass
class Clip:
    """Frames with synthetic people: the truth, and what the detector returns.

    Attributes:
        seconds, fps: length and rate.
        noise: standard deviation of a box's coordinates, in face sizes.
    """

    people: Sequence[Person]
    seconds: float = 4.0
    fps: float = 15.0
    noise: float = 0.04
    seed: int = 0
    times: list[float] = field(default_factory=list)
    truth: list[Detections] = field(default_factory=list)
    seen: list[Detections] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = np.random.default_rng(self.seed)
        self.times = [i / self.fps for i in range(round(self.seconds * self.fps))]
        for time in self.times:
            shown = [(i, p) for i, p in enumerate(self.people) if not p.hidden[0] <= time < p.hidden[1]]
            true = [self._face(p, time, None) for _, p in shown]
            whole = together(true)
            numbers = [i for i, _ in shown]
            self.truth.append(Detections(whole.xyxy, whole.confidence, whole.state_scores, np.array(numbers, np.int64)))
            self.seen.append(together(self._face(p, time, chance) for _, p in shown))

    def _face(self, person: Person, time: float, chance: np.random.Generator | None) -> Detections:
        share = time / self.seconds
        x, y = (a + share * (b - a) for a, b in zip(person.start, person.end, strict=True))
        if chance is None:
            return face(x, y, size=person.size)
        x, y = (value + chance.normal(0, self.noise * person.size) for value in (x, y))
        size = person.size * (1 + chance.normal(0, self.noise))
        ambiguous = person.ambiguous[0] <= time < person.ambiguous[1]
        return face(x, y, size=size, score=0.3 if ambiguous else chance.uniform(0.7, 0.95))
