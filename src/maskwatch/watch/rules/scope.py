"""Where and when a rule applies: zones and schedules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from maskwatch.watch.settings.rules import DAYS, ScheduleSettings


def inside(
    xyxy: NDArray[np.float32], polygon: Sequence[tuple[float, float]], width: int, height: int
) -> NDArray[np.bool_]:
    """Whether the centres of boxes lie in a polygon, by the even-odd rule.

    Args:
        xyxy: (N, 4), pixels.
        polygon: corners (x, y) in order, as shares of the frame's width and height, 0..1.
        width: of the frame, pixels.
        height: of the frame, pixels.

    Returns:
        bool (N,).
    """
    x = (xyxy[:, 0] + xyxy[:, 2]).astype(np.float64) / 2 / width
    y = (xyxy[:, 1] + xyxy[:, 3]).astype(np.float64) / 2 / height
    within = np.zeros(len(xyxy), np.bool_)
    for (x1, y1), (x2, y2) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        if y1 == y2:
            continue
        crosses = (y1 > y) != (y2 > y)
        within ^= crosses & (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1))
    return within


def applies(schedules: Sequence[ScheduleSettings], at: float) -> bool:
    """Whether any of the schedules includes a moment; always True without schedules.

    Args:
        schedules: hours are local time of their time zones, also when daylight saving time starts or ends.
        at: Unix time in seconds.
    """
    return not schedules or any(_includes(schedule, at) for schedule in schedules)


def _includes(schedule: ScheduleSettings, at: float) -> bool:
    zone: tzinfo | None = None if schedule.timezone is None else ZoneInfo(schedule.timezone)
    local = datetime.fromtimestamp(at, zone)
    clock = local.time()
    today, yesterday = DAYS[local.weekday()] in schedule.days, DAYS[local.weekday() - 1] in schedule.days
    if schedule.start < schedule.end:
        return today and schedule.start <= clock < schedule.end
    return (today and clock >= schedule.start) or (yesterday and clock < schedule.end)
