"""The page with the compliance report of a watch."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from maskwatch.app.cards import plain
from maskwatch.app.options import current
from maskwatch.errors import MaskWatchError
from maskwatch.report import Facts, read_facts, report_page

PERIODS: dict[str, float | None] = {"All": None, "Last day": 86_400.0, "Last week": 604_800.0}
"""Periods to choose from, in seconds up to the end of the history; None is the whole history."""
REPORT_NAME = "maskwatch-report.html"


def show() -> None:
    """Draw the page."""
    events = current().events
    with st.container(horizontal=True, vertical_alignment="bottom"):
        path = st.selectbox("History", events, key="history") if len(events) > 1 else events[0]
        period = st.segmented_control("Period", list(PERIODS), default="All", required=True, key="period")
    try:
        page = report_page(_facts(Path(path), period))
    except MaskWatchError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    # the report contains no script, and all third-party text in it is escaped
    st.iframe(page, alt="Report")
    st.download_button(
        "This report (HTML)", page, REPORT_NAME, "text/html", on_click="ignore", icon=":material/download:"
    )


def _facts(path: Path, period: str) -> Facts:
    """The facts of a history in one of `PERIODS`.

    Raises:
        UsageError: when there is no such file, it is not an event database, or it is empty.
    """
    facts, length = read_facts(path), PERIODS[period]
    return facts if length is None else read_facts(path, since=facts.end - length)
