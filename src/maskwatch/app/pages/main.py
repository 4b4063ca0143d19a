"""What Streamlit runs for each visitor: the frame around the pages."""

from __future__ import annotations

import streamlit as st

from maskwatch.app.icon import icon
from maskwatch.app.pages import photos, report
from maskwatch.app.settings import current
from maskwatch.app.theme import NAVIGATION_STYLE, PAGE_STYLE

st.set_page_config(page_title="MaskWatch", page_icon=icon(), layout="wide")
st.html(PAGE_STYLE)
pages = [st.Page(photos.show, title="Photos", icon=":material/photo_library:", url_path="photos", default=True)]
if current().events:
    pages.append(st.Page(report.show, title="Report", icon=":material/bar_chart:", url_path="report"))
    st.html(NAVIGATION_STYLE)
st.navigation(pages, position="top" if len(pages) > 1 else "hidden").run()
