"""Zones and schedules: where and when a rule applies."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from maskwatch.watch.rules.scope import applies, inside
from maskwatch.watch.settings import ScheduleSettings

TRIANGLE = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]
HOOK = [(0.0, 0.0), (1.0, 0.0), (1.0, 0.2), (0.2, 0.2), (0.2, 1.0), (0.0, 1.0)]
BERLIN = "Europe/Berlin"


def at(x: float, y: float, size: float = 10.0) -> np.ndarray:
    return np.array([[x - size, y - size, x + size, y + size]], np.float32)


def test_the_centre_of_the_face_decides_whatever_its_size() -> None:
    for size in (1.0, 500.0):
        assert inside(at(40, 40, size), TRIANGLE, 100, 100).tolist() == [True]
        assert inside(at(60, 60, size), TRIANGLE, 100, 100).tolist() == [False]


def test_corners_are_relative_so_that_resolution_does_not_matter() -> None:
    for width, height in ((100, 50), (1920, 1080), (64, 480)):
        centre = at(0.3 * width, 0.6 * height)
        assert inside(centre, TRIANGLE, width, height).tolist() == [True]


def test_a_zone_may_be_concave() -> None:
    assert inside(at(50, 50), HOOK, 100, 100).tolist() == [False]
    assert inside(at(10, 90), HOOK, 100, 100).tolist() == [True]
    assert inside(at(90, 10), HOOK, 100, 100).tolist() == [True]


def test_no_faces_are_in_no_zone() -> None:
    assert inside(np.zeros((0, 4), np.float32), TRIANGLE, 100, 100).shape == (0,)


@given(
    st.floats(0.01, 0.99),
    st.floats(0.01, 0.99),
    st.permutations([(0.1, 0.1), (0.9, 0.2), (0.7, 0.8), (0.2, 0.7)]),
)
def test_the_order_of_the_corners_does_not_matter(x: float, y: float, corners: list) -> None:
    box = at(1000 * x, 1000 * y)
    assert inside(box, corners, 1000, 1000).tolist() == inside(box, corners[::-1], 1000, 1000).tolist()


@given(st.integers(1, 99), st.integers(1, 99))
def test_two_halves_share_no_point_and_leave_none_out(x: int, y: int) -> None:
    left = [(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)]
    right = [(0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0)]
    box = at(x, y)
    assert inside(box, left, 100, 100)[0] != inside(box, right, 100, 100)[0]


def holds(moment: str, zone: str = BERLIN, **schedule: Any) -> bool:
    at = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone)).timestamp()
    return applies([ScheduleSettings.model_validate({"timezone": BERLIN, **schedule})], at)


def test_without_a_schedule_a_rule_always_applies() -> None:
    assert applies([], 0.0)


def test_hours_within_one_day_start_and_end_as_written() -> None:
    day = {"start": "08:00", "end": "16:30", "days": ["mon", "tue"]}
    assert not holds("2026-11-23 07:59:59", **day)  # a Monday
    assert holds("2026-11-23 08:00", **day)
    assert holds("2026-11-24 16:29:59", **day)
    assert not holds("2026-11-24 16:30", **day)
    assert not holds("2026-11-25 12:00", **day)


def test_hours_over_midnight_belong_to_the_day_on_which_they_start() -> None:
    night = {"start": "22:00", "end": "06:00", "days": ["fri"]}
    assert not holds("2026-11-27 05:00", **night)  # a Friday: that night started on Thursday
    assert holds("2026-11-27 23:00", **night)
    assert holds("2026-11-28 05:59", **night)
    assert not holds("2026-11-28 06:00", **night)
    assert not holds("2026-11-28 23:00", **night)


def test_sunday_night_reaches_into_monday() -> None:
    assert holds("2026-11-30 01:00", start="22:00", end="06:00", days=["sun"])


def test_equal_hours_are_a_whole_day() -> None:
    assert holds("2026-11-27 00:00", days=["fri"])
    assert holds("2026-11-27 23:59:59", days=["fri"])
    assert not holds("2026-11-28 00:00", days=["fri"])
    assert holds("2026-11-28 05:00", days=["fri"], start="06:00", end="06:00")


def test_hours_are_those_of_the_time_zone() -> None:
    assert holds("2026-11-23 07:30", "UTC", start="08:00", end="09:00")
    assert not holds("2026-11-23 08:30", "UTC", start="08:00", end="09:00")


def test_daylight_saving_time_does_not_shift_the_hours() -> None:
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
def test_hours_are_accepted_in_three_forms(written: str) -> None:
    assert ScheduleSettings.model_validate({"start": written}).start == time(8)


@pytest.mark.parametrize(
    "written",
    [8, 830, 1830, 8.5, True, None, "8", "0830", "8:5", "25:00", "08:00Z", "08:00+01:00", time(8, tzinfo=UTC)],
)
def test_ambiguous_hours_are_refused(written: Any) -> None:
    with pytest.raises(ValidationError, match='write hours and minutes in quotes, such as "08:00"'):
        ScheduleSettings.model_validate({"start": written})


def test_24_00_is_the_end_of_the_day() -> None:
    assert holds("2026-11-23 23:59", start="22:00", end="24:00")
    assert not holds("2026-11-24 00:00", start="22:00", end="24:00")
    with pytest.raises(ValidationError, match='"08:00"'):
        ScheduleSettings.model_validate({"start": "24:00"})
