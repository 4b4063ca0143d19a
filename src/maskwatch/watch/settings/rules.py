"""Settings of rules: what counts as an incident, where and when."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from maskwatch.detections import STATE_NAMES
from maskwatch.watch.settings.base import Group, Name

State = Literal["with_mask", "worn_incorrectly", "without_mask"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = get_args(Day)
assert get_args(State) == STATE_NAMES
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?")


def _clock(value: Any) -> time:
    """The time on the wall as it is written; 830 or 8 could be more than one, and a zone is a setting of its own."""
    if isinstance(value, time) and value.tzinfo is None:
        return value
    parts = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if parts is None:
        raise ValueError('write hours and minutes in quotes, such as "08:00"; a time zone goes into timezone')
    hour, minute, second = (int(part) for part in parts.groups(default="0"))
    return time(hour, minute, second)


def _end(value: Any) -> time:
    """The same, and 24:00, which is the end of the day."""
    return time(0) if value in ("24:00", "24:00:00") else _clock(value)


def _known_zone(name: str | None) -> str | None:
    if name is not None:
        try:
            ZoneInfo(name)
        except (OSError, ValueError, LookupError) as error:  # ZoneInfo raises one or the other, by the kind of name
            raise ValueError(
                f"no time zone is called {name!r}; take a name such as Europe/Berlin (in small containers the package "
                "tzdata brings them)"
            ) from error
    return name


Clock = Annotated[time, BeforeValidator(_clock)]
End = Annotated[time, BeforeValidator(_end)]


class ScheduleSettings(Group):
    """When a rule applies."""

    days: list[Day] = Field(
        default=list(DAYS),
        min_length=1,
        description="Days of the week. Hours over midnight belong to the day on which they begin.",
    )
    start: Clock = Field(default=time(0), description='Beginning, as hours and minutes: "08:00".')
    end: End = Field(
        default=time(0),
        description="End, not included; 24:00 is that of the day. Earlier than the beginning: on the next day; the "
        "same: 24 hours.",
    )
    timezone: Annotated[str | None, AfterValidator(_known_zone)] = Field(
        default=None, description="Time zone by its name, such as Europe/Berlin; none: that of the computer."
    )


class RuleSettings(Group):
    """When people's masks make an incident."""

    name: Name = Field(description="Name of the rule in events.")
    states: list[State] = Field(
        default=["without_mask"], min_length=1, description="The states of masks that break the rule."
    )
    seconds: float = Field(
        default=2, ge=0, le=86400, description="A person counts who is in such a state for so long without a break."
    )
    people: int = Field(
        default=1,
        ge=1,
        le=1000,
        description="So many people at the same time make an incident. With 1 each person is an incident of their own.",
    )
    zone: Name | None = Field(default=None, description="Count only in the zone of this name; none: the whole image.")
    cameras: list[Name] = Field(
        default=[], description="Names of the cameras; none: all, or with a zone all that have it."
    )
    schedules: list[ScheduleSettings] = Field(default=[], description="When the rule applies; none: always.")
    hold_s: float = Field(
        default=2,
        ge=0,
        le=600,
        description="A person who is not seen so for a moment, up to this long, does not end or delay an incident.",
    )
    update_s: float = Field(
        default=30, gt=0, le=86400, description="Seconds between updates of an incident that lasts."
    )
    cooldown_s: float = Field(
        default=30,
        ge=0,
        le=86400,
        description="For so long after an incident was announced, new ones of the same rule and camera are kept in the "
        "history but not sent; one that outlasts the time is sent then.",
    )

    @model_validator(mode="after")
    def _updates_after_start(self) -> Self:
        if len(set(self.states)) != len(self.states):
            raise ValueError(f"rule {self.name} names a state twice")
        return self
