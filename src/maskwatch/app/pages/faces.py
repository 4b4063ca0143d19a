"""A card for each face."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from maskwatch.app.cards import LONG_WORDS, WORST_FIRST, Card, face_cards, in_order, total_counts
from maskwatch.app.session import Result
from maskwatch.app.views import crops

_AT_FIRST = 24


def show_faces(results: Sequence[Result], chosen: Result, *, blur: bool) -> None:
    """The faces of the chosen image, or of all images; of one state, or of all."""
    total = sum(len(result.faces) for result in results)
    if not total:
        return
    st.subheader("Faces", anchor=False)
    with st.container(horizontal=True, gap="small"):
        shown = _which_images(results, chosen) if len(results) > 1 else results
        states = _which_states(shown)
    places = in_order(shown, states)
    if len(places) > _AT_FIRST and not st.toggle(f"Show all {len(places)} faces", key="all_faces"):
        places = places[:_AT_FIRST]
    cut = crops(shown, places, blur=blur)
    cards = [
        Card(
            shown[place.image].faces[place.face : place.face + 1],
            crop,
            shown[place.image].upload.name if len(shown) > 1 else "",
        )
        for place, crop in zip(places, cut, strict=True)
    ]
    st.html(face_cards(cards))


def _which_images(results: Sequence[Result], chosen: Result) -> Sequence[Result]:
    one = "This image"
    answer = st.segmented_control(
        "Images", [one, "All images"], default=one, required=True, label_visibility="collapsed", key="scope"
    )
    return [chosen] if answer == one else results


def _which_states(results: Sequence[Result]) -> Sequence[str]:
    counts = total_counts(results)
    names = {"": f"All {sum(counts.values())}"}
    names |= {name: f"{LONG_WORDS[name]} {count}" for name, count in counts.items() if count}
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
