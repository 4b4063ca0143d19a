"""Settings of rules: what starts an incident, where and when."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from maskwatch.detections import REPORTED_STATES
from maskwatch.watch.schema import Group, Name

State = Literal["with_mask", "worn_incorrectly", "without_mask", "uncertain"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = get_args(Day)
assert get_args(State) == REPORTED_STATES
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?")


def _clock(value: Any) -> time:
    """A local time; numbers such as 830 and 8 are ambiguous, and the time zone is a separate setting."""
    if isinstance(value, time) and value.tzinfo is None:
        return value
    parts = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if parts is None:
        raise ValueError('write hours and minutes in quotes, such as "08:00"; set the time zone as timezone')
    hour, minute, second = (int(part) for part in parts.groups(default="0"))
    return time(hour, minute, second)


def _end(value: Any) -> time:
    """The same, or 24:00 for the end of the day."""
    return time(0) if value in ("24:00", "24:00:00") else _clock(value)


def _known_zone(name: str | None) -> str | None:
    if name is not None:
        try:
            ZoneInfo(name)
        except (OSError, ValueError, LookupError) as error:  # the type depends on the name
            raise ValueError(
                f"there is no time zone {name!r}; use a name such as Europe/Berlin (small containers need the package "
                "tzdata)"
            ) from error
    return name


Clock = Annotated[time, BeforeValidator(_clock)]
End = Annotated[time, BeforeValidator(_end)]


class ScheduleSettings(Group):
    """Hours in which a rule is active."""

    days: list[Day] = Field(
        default=list(DAYS),
        min_length=1,
        description="Days of the week. Hours past midnight belong to the day on which they start.",
    )
    start: Clock = Field(default=time(0), description='Start, in hours and minutes: "08:00".')
    end: End = Field(
        default=time(0),
        description="End, exclusive, up to 24:00. An end before the start is on the next day; an end equal to it means "
        "24 hours.",
    )
    timezone: Annotated[str | None, AfterValidator(_known_zone)] = Field(
        default=None, description="Time zone, such as Europe/Berlin; by default that of the computer."
    )


class RuleSettings(Group):
    """What starts an incident."""

    name: Name = Field(description="Name of the rule in events.")
    states: list[State] = Field(
        default=["without_mask"],
        min_length=1,
        description="Mask states that violate the rule. A person whose state is uncertain violates only a rule that "
        "names uncertain.",
    )
    seconds: float = Field(
        default=2, ge=0, le=86400, description="Time that a person must be in such a state, seconds."
    )
    people: int = Field(
        default=1,
        ge=1,
        le=1000,
        description="Number of people at once that starts an incident. With 1, each person is a separate incident.",
    )
    zone: Name | None = Field(default=None, description="Consider only this zone; by default the whole image.")
    cameras: list[Name] = Field(default=[], description="Names of the cameras; by default all with the zone.")
    schedules: list[ScheduleSettings] = Field(default=[], description="When the rule is active; by default always.")
    hold_s: float = Field(
        default=2,
        ge=0,
        le=600,
        description="Gaps in the violation up to this length, seconds, neither end nor delay an incident.",
    )
    update_s: float = Field(
        default=30, gt=0, le=86400, description="Time between updates of an open incident, seconds."
    )
    cooldown_s: float = Field(
        default=30,
        ge=0,
        le=86400,
        description="Time after an alert, seconds, in which new incidents of the same rule and camera are stored but "
        "not sent. An incident that outlasts it is sent then.",
    )

    @model_validator(mode="after")
    def _updates_after_start(self) -> Self:
        if len(set(self.states)) != len(self.states):
            raise ValueError(f"rule {self.name} names a state twice")
        return self
