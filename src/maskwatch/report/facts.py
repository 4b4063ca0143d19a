"""What a report is made of: who was seen where and when, what rules found, and when a camera was not watching."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from maskwatch.detections import STATE_NAMES, MaskState


@dataclass(frozen=True, order=True)
class Place:
    """A camera, or a zone in what it sees."""

    camera: str
    zone: str = ""

    def __str__(self) -> str:
        """Like ``door`` or ``door, zone counter``."""
        return f"{self.camera}, zone {self.zone}" if self.zone else self.camera


@dataclass(frozen=True)
class Interval:
    """What one place saw in a stretch of time.

    Attributes:
        start: unix time, seconds.
        end: the same.
        counts: different people by the name of their state.
        watched_s: how long the camera was watching meanwhile, seconds.
    """

    start: float
    end: float
    counts: dict[str, int]
    watched_s: float

    @property
    def people(self) -> int:
        """People of all states."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Violation:
    """An event of a rule, as it is known now.

    Attributes:
        place: where.
        rule: its name.
        state: of the mask.
        started_at: unix time, seconds.
        duration_s: until it ended, or until it was last heard of.
        people: how many at once.
        ended: False while it lasts, or when the end was never written.
    """

    place: Place
    rule: str
    state: str
    started_at: float
    duration_s: float
    people: int
    ended: bool


@dataclass(frozen=True)
class Outage:
    """A time in which a camera gave no frames, although it should have.

    Attributes:
        camera: its name.
        began: unix time, seconds.
        ended: the same; None when it had not come back.
        reason: as the camera said, without passwords.
    """

    camera: str
    began: float
    ended: float | None
    reason: str


@dataclass(frozen=True)
class Facts:
    """Everything that a report says.

    Attributes:
        start: of the time reported on, unix time.
        end: the same.
        intervals: by place, in order of time.
        violations: in order of time.
        outages: in order of time.
    """

    start: float
    end: float
    intervals: dict[Place, list[Interval]] = field(default_factory=dict)
    violations: list[Violation] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)

    @property
    def cameras(self) -> list[str]:
        """Names of the cameras, in order."""
        return sorted({place.camera for place in self.intervals} | {outage.camera for outage in self.outages})

    def watched_s(self, place: Place) -> float:
        """How long a place was watched, seconds."""
        return sum(interval.watched_s for interval in self.intervals.get(place, []))


def total(intervals: Sequence[Interval]) -> dict[str, int]:
    """Counts of all intervals together, by the name of the state; one person counts once in each interval."""
    return {name: sum(interval.counts.get(name, 0) for interval in intervals) for name in STATE_NAMES}


def compliance(counts: dict[str, int]) -> float | None:
    """The share of people whose mask is worn as it should be, 0..1; None where nobody was."""
    people = sum(counts.values())
    return counts[MaskState.with_mask.name] / people if people else None
