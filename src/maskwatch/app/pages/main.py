"""What Streamlit runs for each visitor: the frame around the pages."""

from __future__ import annotations

import streamlit as st

from maskwatch.app.icon import icon
from maskwatch.app.pages import photos
from maskwatch.app.theme import PAGE_STYLE

st.set_page_config(page_title="MaskWatch", page_icon=icon(), layout="wide")
st.html(PAGE_STYLE)
_PAGES = [st.Page(photos.show, title="Photos", icon=":material/photo_library:", url_path="photos", default=True)]
st.navigation(_PAGES, position="top" if len(_PAGES) > 1 else "hidden").run()
