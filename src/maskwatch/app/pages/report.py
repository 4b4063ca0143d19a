"""The page of the report: how masks were worn in front of the cameras of a watch."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from maskwatch.app.cards import plain
from maskwatch.app.history import PERIODS, REPORT_NAME, facts_of
from maskwatch.app.settings import current
from maskwatch.errors import MaskWatchError
from maskwatch.report import report_page


def show() -> None:
    """Draw the page."""
    events = current().events
    with st.container(horizontal=True, vertical_alignment="bottom"):
        path = st.selectbox("History", events, key="history") if len(events) > 1 else events[0]
        period = st.segmented_control("Period", list(PERIODS), default="All", required=True, key="period")
    try:
        page = report_page(facts_of(Path(path), period))
    except MaskWatchError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    # it holds no script, and everything in it that others wrote is escaped
    st.iframe(page, alt="Report")
    st.download_button(
        "This report (HTML)", page, REPORT_NAME, "text/html", on_click="ignore", icon=":material/download:"
    )
