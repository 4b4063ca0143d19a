"""Whether a rule applies at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from maskwatch.watch.settings.rules import DAYS, ScheduleSettings


def applies(schedules: Sequence[ScheduleSettings], at: float) -> bool:
    """Whether any of the schedules holds; without schedules always.

    Args:
        schedules: in their time zones; hours are those of the clock on the wall, also when it is put on or back.
        at: Unix time in seconds.
    """
    return not schedules or any(_holds(schedule, at) for schedule in schedules)


def _holds(schedule: ScheduleSettings, at: float) -> bool:
    zone: tzinfo | None = None if schedule.timezone is None else ZoneInfo(schedule.timezone)
    local = datetime.fromtimestamp(at, zone)
    clock = local.time()
    today, yesterday = DAYS[local.weekday()] in schedule.days, DAYS[local.weekday() - 1] in schedule.days
    if schedule.start < schedule.end:
        return today and schedule.start <= clock < schedule.end
    return (today and clock >= schedule.start) or (yesterday and clock < schedule.end)
