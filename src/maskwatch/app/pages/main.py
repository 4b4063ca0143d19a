"""The script that Streamlit runs for each visitor: style and navigation around the pages."""

from __future__ import annotations

import streamlit as st

from maskwatch.app.options import current
from maskwatch.app.pages import photos, report
from maskwatch.app.theme import NAVIGATION_STYLE, PAGE_STYLE, icon

st.set_page_config(page_title="MaskWatch", page_icon=icon(), layout="wide")
st.html(PAGE_STYLE)
pages = [st.Page(photos.show, title="Photos", icon=":material/photo_library:", url_path="photos", default=True)]
if current().events:
    pages.append(st.Page(report.show, title="Report", icon=":material/bar_chart:", url_path="report"))
    st.html(NAVIGATION_STYLE)
st.navigation(pages, position="top" if len(pages) > 1 else "hidden").run()
