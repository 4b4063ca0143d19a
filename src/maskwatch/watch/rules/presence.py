"""Who breaks a rule, and since when: people with their patience for gaps."""

from __future__ import annotations

from dataclasses import dataclass

from maskwatch.detections import Detections
from maskwatch.watch.settings import RuleSettings

LEAST = 3
"""A face counts as a person after so many sightings; a single frame may show anything."""


@dataclass
class Person:
    """One person in a state that breaks the rule.

    Attributes:
        number: of the tracker.
        since: time of the camera's clock, seconds, at which it began.
        last: when they were last seen so.
        state: the state, as last seen.
        confidence: as last seen, 0..1.
        sightings: so far.
    """

    number: int
    since: float
    last: float
    state: str
    confidence: float
    sightings: int = 0


class Presence:
    """The people who break one rule at one camera.

    Args:
        rule: its settings.
    """

    def __init__(self, rule: RuleSettings) -> None:
        self._rule = rule
        self._states = set(rule.states)
        self._people: dict[int, Person] = {}

    def add(self, now: float, faces: Detections) -> None:
        """Take the faces that count for this rule.

        Args:
            now: time of the camera's clock, seconds.
            faces: in the rule's zone.
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
            person.sightings += 1

    def forget(self, now: float) -> None:
        """Let go of who was not seen so for longer than the rule holds."""
        self._people = {n: person for n, person in self._people.items() if now - person.last <= self._rule.hold_s}

    def clear(self) -> None:
        """Let go of everybody."""
        self._people.clear()

    def counting(self) -> list[Person]:
        """Those who have been so for long enough."""
        return [
            person
            for person in self._people.values()
            if person.sightings >= LEAST and person.last - person.since >= self._rule.seconds
        ]
