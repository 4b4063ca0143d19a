"""Incidents of one rule at one camera: when they begin, go on and end, and which of them are announced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from maskwatch.watch.events import Event, Kind, new_id
from maskwatch.watch.rules.presence import Person
from maskwatch.watch.settings import RuleSettings

_TOGETHER = -1
"""Stands for the one incident of a rule that counts several people; others go by the number of their person."""


@dataclass
class _Open:
    """An incident that lasts. Times are of the camera's clock, except ``started_at``."""

    started_at: float
    since: float
    last: float
    said: float
    state: str
    quiet: bool
    incident: str = field(default_factory=new_id)
    numbers: list[int] = field(default_factory=list)
    confidence: float = 0.0
    people: int = 0
    most: int = 0


class Incidents:
    """Opens and closes incidents.

    Args:
        camera: its name.
        rule: settings of the rule.
    """

    def __init__(self, camera: str, rule: RuleSettings) -> None:
        self._camera, self._rule = camera, rule
        self._open: dict[int, _Open] = {}
        self._announced: float | None = None

    def update(self, now: float, at: float, people: Sequence[Person]) -> list[Event]:
        """Take who breaks the rule at this moment.

        Args:
            now: time of the camera's clock, seconds.
            at: Unix time in seconds.
            people: those who have been in the state for long enough.
        """
        groups = self._groups(people)
        events = [self._close(key, at) for key in list(self._open) if key not in groups]
        for key, group in groups.items():
            events += self._go_on(key, now, at, group) if key in self._open else self._begin(key, now, at, group)
        return events

    def end_all(self, at: float, reason: str) -> list[Event]:
        """End all that is open, for a reason that has nothing to do with people."""
        return [self._close(key, at, reason) for key in list(self._open)]

    def _groups(self, people: Sequence[Person]) -> dict[int, list[Person]]:
        if self._rule.people == 1:
            return {person.number: [person] for person in people}
        return {_TOGETHER: list(people)} if len(people) >= self._rule.people else {}

    def _begin(self, key: int, now: float, at: float, group: list[Person]) -> list[Event]:
        # the moment at which enough people were in the state
        since = sorted(person.since for person in group)[self._rule.people - 1]
        begun = _Open(at - (now - since), since, now, now, group[0].state, quiet=self._cooling(now))
        self._open[key] = begun
        self._look(begun, group)
        if not begun.quiet:
            self._announced = now
        return [self._event("new", begun, at)]

    def _go_on(self, key: int, now: float, at: float, group: list[Person]) -> list[Event]:
        lasting = self._open[key]
        before = (lasting.people, lasting.state)
        self._look(lasting, group)
        if lasting.quiet and not self._cooling(now):
            lasting.quiet, lasting.said, self._announced = False, now, now
            return [self._event("new", lasting, at)]
        if before == (lasting.people, lasting.state) and now - lasting.said < self._rule.update_s:
            return []
        lasting.said = now
        return [self._event("update", lasting, at)]

    def _close(self, key: int, at: float, reason: str = "") -> Event:
        ended = self._open.pop(key)
        ended.people = ended.most
        return self._event("end", ended, at, reason)

    def _cooling(self, now: float) -> bool:
        return self._announced is not None and now - self._announced < self._rule.cooldown_s

    def _look(self, incident: _Open, group: list[Person]) -> None:
        """Bring an incident up to date with the people who take part."""
        incident.last = sorted((person.last for person in group), reverse=True)[self._rule.people - 1]
        incident.numbers += [person.number for person in group if person.number not in incident.numbers]
        incident.people = len(group)
        incident.most = max(incident.most, incident.people)
        incident.state = Counter(person.state for person in group).most_common(1)[0][0]
        incident.confidence = max(person.confidence for person in group)

    def _event(self, kind: Kind, incident: _Open, at: float, reason: str = "") -> Event:
        return Event(
            kind,
            self._rule.name,
            self._camera,
            incident.state,
            incident.started_at,
            at,
            zone=self._rule.zone,
            tracker_ids=tuple(incident.numbers),
            confidence=incident.confidence,
            people=incident.people,
            duration_s=incident.last - incident.since,
            quiet=incident.quiet,
            reason=reason,
            incident=incident.incident,
        )
