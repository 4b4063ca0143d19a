"""The contents of a report: people counted by interval and location, incidents and outages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from maskwatch.detections import REPORTED_STATES, STATE_NAMES, MaskState
from maskwatch.watch.store import Incident


@dataclass(frozen=True, order=True)
class Location:
    """A camera, or a zone of a camera."""

    camera: str
    zone: str = ""

    def __str__(self) -> str:
        """Like ``door`` or ``door, zone counter``."""
        return f"{self.camera}, zone {self.zone}" if self.zone else self.camera


@dataclass(frozen=True)
class Interval:
    """The people at one location in a period of time.

    Attributes:
        start: Unix time in seconds.
        end: Unix time in seconds.
        counts: different people by the name of their state.
        watched_s: how long the camera was live in it, seconds.
    """

    start: float
    end: float
    counts: dict[str, int]
    watched_s: float

    @property
    def people(self) -> int:
        """People in all states."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Outage:
    """A period without frames from a camera.

    Attributes:
        camera: name of the camera.
        start: Unix time in seconds.
        end: Unix time in seconds; None when the camera has not come back.
        reason: as reported by the camera, without credentials.
    """

    camera: str
    start: float
    end: float | None
    reason: str


@dataclass(frozen=True)
class Facts:
    """The contents of a report.

    Attributes:
        start: of the period, Unix time in seconds.
        end: of the period, Unix time in seconds.
        intervals: by location, in order of time.
        incidents: in order of time.
        outages: in order of time.
    """

    start: float
    end: float
    intervals: dict[Location, list[Interval]] = field(default_factory=dict)
    incidents: list[Incident] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)

    @property
    def cameras(self) -> list[str]:
        """Names of the cameras, sorted."""
        return sorted({location.camera for location in self.intervals} | {outage.camera for outage in self.outages})

    def watched_s(self, location: Location) -> float:
        """How long a location was watched, seconds."""
        return sum(interval.watched_s for interval in self.intervals.get(location, []))


def location_of(incident: Incident) -> Location:
    """The camera and the zone of an incident."""
    return Location(incident.camera, incident.zone or "")


def total(intervals: Sequence[Interval]) -> dict[str, int]:
    """Sum of the counts by the name of the state; a person counts once in each interval."""
    return {name: sum(interval.counts.get(name, 0) for interval in intervals) for name in REPORTED_STATES}


def compliance(counts: dict[str, int]) -> float | None:
    """Share of people whose mask is worn correctly, 0..1, without uncertain people; None when there are none."""
    people = sum(counts[name] for name in STATE_NAMES)
    return counts[MaskState.with_mask.name] / people if people else None
