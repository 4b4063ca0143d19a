from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from maskwatch.watch.rules.schedule import applies
from maskwatch.watch.settings import ScheduleSettings

BERLIN = "Europe/Berlin"


def holds(moment: str, zone: str = BERLIN, **schedule: Any) -> bool:
    at = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone)).timestamp()
    return applies([ScheduleSettings.model_validate({"timezone": BERLIN, **schedule})], at)


def test_without_a_schedule_a_rule_applies_always() -> None:
    assert applies([], 0.0)


def test_hours_of_one_day_begin_and_end_as_written() -> None:
    day = {"start": "08:00", "end": "16:30", "days": ["mon", "tue"]}
    assert not holds("2026-11-23 07:59:59", **day)  # a Monday
    assert holds("2026-11-23 08:00", **day)
    assert holds("2026-11-24 16:29:59", **day)
    assert not holds("2026-11-24 16:30", **day)
    assert not holds("2026-11-25 12:00", **day)


def test_hours_over_midnight_belong_to_the_day_on_which_they_begin() -> None:
    night = {"start": "22:00", "end": "06:00", "days": ["fri"]}
    assert not holds("2026-11-27 05:00", **night)  # a Friday: that night began on Thursday
    assert holds("2026-11-27 23:00", **night)
    assert holds("2026-11-28 05:59", **night)
    assert not holds("2026-11-28 06:00", **night)
    assert not holds("2026-11-28 23:00", **night)


def test_sunday_night_reaches_into_monday() -> None:
    assert holds("2026-11-30 01:00", start="22:00", end="06:00", days=["sun"])


def test_equal_hours_are_a_whole_day_from_then_on() -> None:
    assert holds("2026-11-27 00:00", days=["fri"])
    assert holds("2026-11-27 23:59:59", days=["fri"])
    assert not holds("2026-11-28 00:00", days=["fri"])
    assert holds("2026-11-28 05:00", days=["fri"], start="06:00", end="06:00")


def test_hours_are_those_of_the_time_zone() -> None:
    assert holds("2026-11-23 07:30", "UTC", start="08:00", end="09:00")
    assert not holds("2026-11-23 08:30", "UTC", start="08:00", end="09:00")


def test_when_clocks_are_put_on_and_back_the_hours_stay_those_on_the_wall() -> None:
    for morning in ("2026-03-29 07:59", "2026-10-25 07:59"):
        assert not holds(morning, start="08:00", end="09:00")
        assert holds(morning[:-5] + "08:00", start="08:00", end="09:00")


def test_one_of_several_schedules_is_enough() -> None:
    both = [
        ScheduleSettings.model_validate({"start": "08:00", "end": "09:00", "timezone": "UTC"}),
        ScheduleSettings.model_validate({"start": "10:00", "end": "11:00", "timezone": "UTC"}),
    ]
    assert [applies(both, hour * 3600.0) for hour in (8, 9, 10)] == [True, False, True]


@pytest.mark.parametrize("written", ["8:00", "08:00", "08:00:00"])
def test_hours_are_taken_as_they_are_written(written: str) -> None:
    assert ScheduleSettings.model_validate({"start": written}).start == time(8)


@pytest.mark.parametrize(
    "written",
    [8, 830, 1830, 8.5, True, None, "8", "0830", "8:5", "25:00", "08:00Z", "08:00+01:00", time(8, tzinfo=UTC)],
)
def test_hours_that_could_be_others_are_refused(written: Any) -> None:
    with pytest.raises(ValidationError, match='write hours and minutes in quotes, such as "08:00"'):
        ScheduleSettings.model_validate({"start": written})


def test_24_00_is_the_end_of_the_day() -> None:
    assert holds("2026-11-23 23:59", start="22:00", end="24:00")
    assert not holds("2026-11-24 00:00", start="22:00", end="24:00")
    with pytest.raises(ValidationError, match='"08:00"'):
        ScheduleSettings.model_validate({"start": "24:00"})
