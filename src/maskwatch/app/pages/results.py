"""What was found: counts, the images with their faces, a card for each face, files to download."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from maskwatch.app import downloads
from maskwatch.app.cards import count_tiles, counts_words, mini_counts, plain
from maskwatch.app.pages.faces import show_faces
from maskwatch.app.session import Result
from maskwatch.app.views import thumb, view

_THUMBS_A_PAGE = 12
_THUMB_WIDTH = 140
_LARGE_MEGAPIXELS = 16


def show_results(results: Sequence[Result], failures: Sequence[str], detector: str, conf: float, *, blur: bool) -> None:
    """All of it; failures first, so that nobody overlooks them."""
    _show_failures(failures)
    if not results:
        return
    st.html(count_tiles(results))
    chosen = _choose(results, blur) if len(results) > 1 else results[0]
    _show_image(chosen, conf, blur)
    _show_downloads(results, chosen, failures, downloads.Settings(detector, conf, blur))
    show_faces(results, chosen, blur=blur)


def _show_failures(failures: Sequence[str]) -> None:
    if len(failures) == 1:
        st.error(plain(failures[0]), icon=":material/error:")
    elif failures:
        lines = "\n".join(f"- {plain(failure)}" for failure in failures)
        st.error(f"{len(failures)} images could not be read:\n\n{lines}", icon=":material/error:")


def _choose(results: Sequence[Result], blur: bool) -> Result:
    """Small images to choose one from."""
    st.subheader(f"{len(results)} images", anchor=False)
    pages = -(-len(results) // _THUMBS_A_PAGE)
    page = st.pagination(pages, key="page") if pages > 1 else 1
    first = (page - 1) * _THUMBS_A_PAGE
    chosen = next((i for i, result in enumerate(results) if _key(result) == st.session_state.get("chosen")), first)
    with st.container(key="thumbs"):
        grid = st.grid(columns=4, min_column_width=_THUMB_WIDTH, gap="xsmall", border=True)
        for i, result in list(enumerate(results))[first : first + _THUMBS_A_PAGE]:
            with grid.cell():
                st.image(thumb(result, blur=blur), alt="", width="stretch")
                st.html(mini_counts(result.faces))
                st.button(
                    plain(result.upload.name),
                    key=f"open {i}",
                    type="primary" if i == chosen else "secondary",
                    on_click=_set_chosen,
                    args=(_key(result),),
                    width="stretch",
                )
    return results[chosen]


def _key(result: Result) -> tuple[str, str]:
    return result.upload.name, result.upload.digest


def _set_chosen(key: tuple[str, str]) -> None:
    st.session_state["chosen"] = key


def _show_image(result: Result, conf: float, blur: bool) -> None:
    words, image = counts_words(result.faces), result.image
    with st.container(key="image"):
        st.image(view(result, blur=blur), alt=f"{result.upload.name}, boxed: {words}", width="stretch")
    st.caption(f"{plain(result.upload.name)}: {image.width} x {image.height} pixels, {words}")
    if not len(result.faces):
        _say_why_none(result, conf)
    if image.megapixels > _LARGE_MEGAPIXELS:
        st.caption(
            f"{image.megapixels:.0f} megapixels, shown smaller; downloads keep the full size. "
            "If faces are missing, turn on *Detector, Look for small faces too*."
        )


def _say_why_none(result: Result, conf: float) -> None:
    weaker = result.weaker
    if weaker:
        sides = "face is" if weaker == 1 else "faces are"
        text = f"No face at {conf:.0%} or more. {weaker} {sides} less sure: lower *Confidence at least* to see them."
    else:
        text = (
            "No face found. A face should be at least 10 pixels high once the image is 640 pixels wide: "
            "come closer, or turn on *Detector, Look for small faces too*."
        )
    st.info(text, icon=":material/search_off:")


def _show_downloads(
    results: Sequence[Result], chosen: Result, failures: Sequence[str], settings: downloads.Settings
) -> None:
    """Files are made when they are asked for."""
    single = partial(downloads.image_file, chosen, blur=settings.blur)
    archive = partial(downloads.archive, results, failures, settings)
    document = partial(downloads.json_file, results, failures, settings)
    files = [
        ("Annotated image", single, downloads.image_name(chosen), ":material/image:"),
        ("All images (ZIP)", archive, downloads.ARCHIVE_NAME, ":material/folder_zip:"),
        ("CSV", partial(downloads.csv_file, results), downloads.CSV_NAME, ":material/table:"),
        ("JSON", document, downloads.JSON_NAME, ":material/data_object:"),
    ]
    if len(results) == 1:
        del files[1]
    with st.container(horizontal=True, gap="small", key="downloads"):
        for label, content, name, icon in files:
            st.download_button(label, content, name, on_click="ignore", icon=icon, key=f"download {label}")
