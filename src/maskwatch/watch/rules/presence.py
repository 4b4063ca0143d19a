"""Per-rule state of tracked people: since when each violates the rule, tolerating short gaps."""

from __future__ import annotations

from dataclasses import dataclass

from maskwatch.detections import Detections
from maskwatch.watch.settings import RuleSettings

MIN_DETECTIONS = 3
"""A track counts as a person from this many detections on; fewer may be a false positive."""


@dataclass
class Person:
    """One person who violates the rule.

    Attributes:
        tracker_id: of the person's track.
        since: start of the violation, seconds of the camera's clock.
        last: when they were last detected in violation.
        state: name of the last state.
        confidence: of the face when last detected, 0..1.
        detections: number of detections in violation so far.
    """

    tracker_id: int
    since: float
    last: float
    state: str
    confidence: float
    detections: int = 0


class Presence:
    """The people who violate one rule at one camera.

    Args:
        rule: its settings.
    """

    def __init__(self, rule: RuleSettings) -> None:
        self._rule = rule
        self._states = set(rule.states)
        self._people: dict[int, Person] = {}

    def update(self, now: float, faces: Detections) -> None:
        """Add the faces of one frame.

        Args:
            now: seconds of the camera's clock.
            faces: those in the rule's zone; faces without a track ID are ignored.
        """
        if faces.tracker_id is None:
            return
        for number, state, confidence in zip(faces.tracker_id, faces.reported_states, faces.confidence, strict=True):
            if state not in self._states:
                continue
            person = self._people.get(int(number))
            if person is None or now - person.last > self._rule.hold_s:
                person = self._people[int(number)] = Person(int(number), now, now, "", 0.0)
            person.last, person.state, person.confidence = now, state, float(confidence)
            person.detections += 1

    def forget(self, now: float) -> None:
        """Remove people who were not detected in violation for longer than the rule's ``hold_s``."""
        self._people = {n: person for n, person in self._people.items() if now - person.last <= self._rule.hold_s}

    def clear(self) -> None:
        """Remove everybody."""
        self._people.clear()

    def confirmed(self) -> list[Person]:
        """The people who have violated the rule for its ``seconds``."""
        return [
            person
            for person in self._people.values()
            if person.detections >= MIN_DETECTIONS and person.last - person.since >= self._rule.seconds
        ]
