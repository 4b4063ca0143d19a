"""The results: counts, the annotated images, downloads, and a card for each face."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from maskwatch.app import downloads
from maskwatch.app.cards import (
    STATE_LABELS,
    WORST_FIRST,
    Card,
    count_tiles,
    counts_text,
    face_cards,
    image_counts,
    plain,
    sorted_faces,
    total_counts,
)
from maskwatch.app.session import Result
from maskwatch.app.views import crops, thumb, view

_THUMBS_PER_PAGE = 12
_THUMB_WIDTH = 140
_LARGE_MEGAPIXELS = 16
_CARDS_AT_FIRST = 24


def show_results(results: Sequence[Result], failures: Sequence[str], detector: str, conf: float, *, blur: bool) -> None:
    """Everything about the results; failures come first."""
    _show_failures(failures)
    if not results:
        return
    st.html(count_tiles(results))
    chosen = _choose_image(results, blur) if len(results) > 1 else results[0]
    _show_image(chosen, conf, blur)
    _show_downloads(results, chosen, failures, downloads.ResultSettings(detector, conf, blur))
    _show_faces(results, chosen, blur)


def _show_failures(failures: Sequence[str]) -> None:
    if len(failures) == 1:
        st.error(plain(failures[0]), icon=":material/error:")
    elif failures:
        lines = "\n".join(f"- {plain(failure)}" for failure in failures)
        st.error(f"{len(failures)} images could not be read:\n\n{lines}", icon=":material/error:")


def _choose_image(results: Sequence[Result], blur: bool) -> Result:
    """Thumbnails, each with a button."""
    st.subheader(f"{len(results)} images", anchor=False)
    pages = -(-len(results) // _THUMBS_PER_PAGE)
    page = st.pagination(pages, key="page") if pages > 1 else 1
    first = (page - 1) * _THUMBS_PER_PAGE
    chosen = next((i for i, result in enumerate(results) if _key(result) == st.session_state.get("chosen")), first)
    with st.container(key="thumbs"):
        grid = st.grid(columns=4, min_column_width=_THUMB_WIDTH, gap="xsmall", border=True)
        for i, result in list(enumerate(results))[first : first + _THUMBS_PER_PAGE]:
            with grid.cell():
                st.image(thumb(result, blur=blur), alt="", width="stretch")
                st.html(image_counts(result.faces))
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
    counts, image = counts_text(result.faces), result.image
    with st.container(key="image"):
        st.image(view(result, blur=blur), alt=f"{result.upload.name}, boxed: {counts}", width="stretch")
    st.caption(f"{plain(result.upload.name)}: {image.width} x {image.height} pixels, {counts}")
    if not len(result.faces):
        _explain_no_face(result, conf)
    if image.megapixels > _LARGE_MEGAPIXELS:
        st.caption(
            f"{image.megapixels:.0f} megapixels, shown smaller; downloads keep the full size. "
            "If faces are missing, turn on *Tiling (small faces)* under *Detector*."
        )


def _explain_no_face(result: Result, conf: float) -> None:
    weaker = result.weaker
    if weaker:
        faces = "face is" if weaker == 1 else "faces are"
        text = (
            f"No face at {conf:.0%} or more. {weaker} {faces} less sure: lower the *Confidence threshold* to see them."
        )
    else:
        text = (
            "No face found. Faces should be at least 10 pixels high once the image is scaled to a width of 640 pixels: "
            "move closer, or turn on *Tiling (small faces)* under *Detector*."
        )
    st.info(text, icon=":material/search_off:")


def _show_downloads(
    results: Sequence[Result], chosen: Result, failures: Sequence[str], settings: downloads.ResultSettings
) -> None:
    """Buttons for files, which are made on demand."""
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


def _show_faces(results: Sequence[Result], chosen: Result, blur: bool) -> None:
    """The faces of the chosen image or of all images, in one state or in all."""
    total = sum(len(result.faces) for result in results)
    if not total:
        return
    st.subheader("Faces", anchor=False)
    with st.container(horizontal=True, gap="small"):
        shown = _choose_scope(results, chosen) if len(results) > 1 else results
        states = _choose_states(shown)
    faces = sorted_faces(shown, states)
    if len(faces) > _CARDS_AT_FIRST and not st.toggle(f"Show all {len(faces)} faces", key="all_faces"):
        faces = faces[:_CARDS_AT_FIRST]
    cards = [
        Card(
            shown[index.image].faces[index.face : index.face + 1],
            crop,
            shown[index.image].upload.name if len(shown) > 1 else "",
        )
        for index, crop in zip(faces, crops(shown, faces, blur=blur), strict=True)
    ]
    st.html(face_cards(cards))


def _choose_scope(results: Sequence[Result], chosen: Result) -> Sequence[Result]:
    one = "This image"
    answer = st.segmented_control(
        "Images", [one, "All images"], default=one, required=True, label_visibility="collapsed", key="scope"
    )
    return [chosen] if answer == one else results


def _choose_states(results: Sequence[Result]) -> Sequence[str]:
    counts = total_counts(results)
    names = {"": f"All {sum(counts.values())}"}
    names |= {name: f"{STATE_LABELS[name]} {count}" for name, count in counts.items() if count}
    if len(names) <= 2:
        return WORST_FIRST
    answer = st.segmented_control(
        "States",
        list(names),
        default="",
        required=True,
        format_func=lambda name: names.get(name, name),
        label_visibility="collapsed",
        key=f"states {' '.join(names)}",
        wrap=True,
    )
    return [answer] if answer else WORST_FIRST
