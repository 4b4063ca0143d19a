"""The history of a watch as the page of its report."""

from __future__ import annotations

from pathlib import Path

from maskwatch.report import Facts, read_facts

PERIODS: dict[str, float | None] = {"All": None, "Last day": 86_400.0, "Last week": 604_800.0}
"""Stretches of time to choose from, in seconds up to the end of the history; None is all of it."""
REPORT_NAME = "maskwatch-report.html"


def facts_of(path: Path, period: str) -> Facts:
    """What the history says about one of `PERIODS`.

    Raises:
        UsageError: when there is no such file, it is a file of something else, or nothing has been written yet.
    """
    facts, length = read_facts(path), PERIODS[period]
    return facts if length is None else read_facts(path, since=facts.end - length)
