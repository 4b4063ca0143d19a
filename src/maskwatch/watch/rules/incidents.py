"""Incidents of one rule at one camera: when they start, continue and end, and which are announced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from maskwatch.watch.events import Event, EventKind, new_id
from maskwatch.watch.rules.presence import Person
from maskwatch.watch.settings import RuleSettings

_GATHERING = -1
"""Key of the one incident of a rule that counts several people; other incidents have the track ID of their person."""


@dataclass
class OpenIncident:
    """An incident that is not over. Times are seconds of the camera's clock, except ``started_at``.

    Attributes:
        started_at: Unix time in seconds.
        since: when it started.
        last: when enough people were last detected in violation.
        reported: when its last event was created.
        state: most frequent state of the people involved.
        quiet: whether it started in the rule's cool-down and has not been announced since.
        id: ID of the incident.
        tracker_ids: everyone involved so far.
        confidence: highest confidence of the people involved now.
        people: number of people involved now.
        max_people: largest number so far.
    """

    started_at: float
    since: float
    last: float
    reported: float
    state: str
    quiet: bool
    id: str = field(default_factory=new_id)
    tracker_ids: list[int] = field(default_factory=list)
    confidence: float = 0.0
    people: int = 0
    max_people: int = 0


class Incidents:
    """Opens, updates and closes the incidents of one rule at one camera.

    Args:
        camera: name of the camera.
        rule: settings of the rule.
    """

    def __init__(self, camera: str, rule: RuleSettings) -> None:
        self._camera, self._rule = camera, rule
        self._open: dict[int, OpenIncident] = {}
        self._announced: float | None = None

    def update(self, now: float, at: float, people: Sequence[Person]) -> list[Event]:
        """Take the people who violate the rule now.

        Args:
            now: seconds of the camera's clock.
            at: Unix time in seconds.
            people: those who have violated it for long enough.
        """
        groups = self._groups(people)
        events = [self._close(key, at) for key in list(self._open) if key not in groups]
        for key, group in groups.items():
            events += self._continue(key, now, at, group) if key in self._open else self._start(key, now, at, group)
        return events

    def end_all(self, at: float, reason: str) -> list[Event]:
        """End all open incidents, for a reason other than that people left or put on their masks."""
        return [self._close(key, at, reason) for key in list(self._open)]

    def _groups(self, people: Sequence[Person]) -> dict[int, list[Person]]:
        """The people of each incident by its key."""
        if self._rule.people == 1:
            return {person.tracker_id: [person] for person in people}
        return {_GATHERING: list(people)} if len(people) >= self._rule.people else {}

    def _start(self, key: int, now: float, at: float, group: list[Person]) -> list[Event]:
        # the moment from which on enough people were in violation
        since = sorted(person.since for person in group)[self._rule.people - 1]
        incident = OpenIncident(at - (now - since), since, now, now, group[0].state, quiet=self._cooling_down(now))
        self._open[key] = incident
        self._involve(incident, group)
        if not incident.quiet:
            self._announced = now
        return [self._event("new", incident, at)]

    def _continue(self, key: int, now: float, at: float, group: list[Person]) -> list[Event]:
        incident = self._open[key]
        before = (incident.people, incident.state)
        self._involve(incident, group)
        if incident.quiet and not self._cooling_down(now):
            incident.quiet, incident.reported, self._announced = False, now, now
            return [self._event("new", incident, at)]
        if before == (incident.people, incident.state) and now - incident.reported < self._rule.update_s:
            return []
        incident.reported = now
        return [self._event("update", incident, at)]

    def _close(self, key: int, at: float, reason: str = "") -> Event:
        incident = self._open.pop(key)
        incident.people = incident.max_people
        return self._event("end", incident, at, reason)

    def _cooling_down(self, now: float) -> bool:
        return self._announced is not None and now - self._announced < self._rule.cooldown_s

    def _involve(self, incident: OpenIncident, group: list[Person]) -> None:
        """Update an incident with the people involved now."""
        incident.last = sorted((person.last for person in group), reverse=True)[self._rule.people - 1]
        incident.tracker_ids += [p.tracker_id for p in group if p.tracker_id not in incident.tracker_ids]
        incident.people = len(group)
        incident.max_people = max(incident.max_people, incident.people)
        incident.state = Counter(person.state for person in group).most_common(1)[0][0]
        incident.confidence = max(person.confidence for person in group)

    def _event(self, kind: EventKind, incident: OpenIncident, at: float, reason: str = "") -> Event:
        return Event(
            kind,
            self._rule.name,
            self._camera,
            incident.state,
            incident.started_at,
            at,
            zone=self._rule.zone,
            tracker_ids=tuple(incident.tracker_ids),
            confidence=incident.confidence,
            people=incident.people,
            duration_s=incident.last - incident.since,
            quiet=incident.quiet,
            reason=reason,
            incident=incident.id,
        )
