"""Counts and face cards as HTML and text. Words and signs mark each state, not colour alone."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from maskwatch.app.session import Result
from maskwatch.detections import UNCERTAIN, Detections, MaskState
from maskwatch.sinks.tiles import SIGN_LINES
from maskwatch.styles import ALL_STYLES, WORDS, Colour, ink, styles_of

STATE_LABELS = {name: words.capitalize() for name, words in WORDS.items()}
WORST_FIRST = ("without_mask", "worn_incorrectly", UNCERTAIN, "with_mask")
"""The reported states, those that need attention first."""
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:&])")


def plain(text: str) -> str:
    """Any text, such as a file name, as Markdown that shows exactly these characters."""
    return _MARKDOWN.sub(r"\\\1", text)


def counts_text(faces: Detections) -> str:
    """The number of faces by state, as text: "3 faces: 1 no mask, 2 mask worn"."""
    if not len(faces):
        return "no face"
    counts = faces.counts()
    states = [f"{counts[name]} {WORDS[name]}" for name in WORST_FIRST if counts[name]]
    return f"{len(faces)} face{'s' if len(faces) > 1 else ''}: {', '.join(states)}"


def total_counts(results: Sequence[Result]) -> dict[str, int]:
    """Faces in all images by their reported state, those that need attention first."""
    counts = [result.faces.counts() for result in results]
    return {name: sum(one[name] for one in counts) for name in WORST_FIRST}


def count_tiles(results: Sequence[Result]) -> str:
    """The counts over all images."""
    counts = total_counts(results)
    total = sum(counts.values())
    tiles = [_tile("", total, "face" if total == 1 else "faces")]
    tiles += [_tile(_sign(name, background=True), counts[name], STATE_LABELS[name]) for name in WORST_FIRST]
    return f'<ul class="mw-tiles" aria-label="Faces in all images">{"".join(tiles)}</ul>'


def image_counts(faces: Detections) -> str:
    """The counts of one image in a line: signs and numbers, with words for screen readers."""
    if not len(faces):
        return '<p class="mw-mini">no face</p>'
    counts = faces.counts()
    parts = [
        f"<span>{_sign(name, background=True, words=STATE_LABELS[name])}{counts[name]}</span>"
        for name in WORST_FIRST
        if counts[name]
    ]
    return f'<p class="mw-mini">{"".join(parts)}</p>'


@dataclass(frozen=True)
class FaceIndex:
    """A face, by the number of its image and its number in the image."""

    image: int
    face: int


def sorted_faces(results: Sequence[Result], states: Sequence[str]) -> list[FaceIndex]:
    """Faces in some of the reported states: no mask first, then by confidence."""
    found = [
        (WORST_FIRST.index(name), -float(confidence), FaceIndex(image, face))
        for image, result in enumerate(results)
        for face, (name, confidence) in enumerate(
            zip(result.faces.reported_states, result.faces.confidence, strict=True)
        )
        if name in states
    ]
    return [index for _, _, index in sorted(found, key=lambda entry: entry[:2])]


@dataclass(frozen=True)
class Card:
    """The content of a card.

    Attributes:
        face: one face.
        crop: its crop, JPEG.
        image_name: name of its image; empty if there is only one.
    """

    face: Detections
    crop: bytes
    image_name: str = ""


def face_cards(cards: Sequence[Card]) -> str:
    """A card per face: crop, sign and words of its state, confidence."""
    return f'<ul class="mw-cards">{"".join(_card(card, i + 1) for i, card in enumerate(cards))}</ul>'


def _card(card: Card, number: int) -> str:
    face, (style,) = card.face, styles_of(card.face)
    percent, words = round(100 * float(face.confidence[0])), STATE_LABELS[style.name]
    source = "data:image/jpeg;base64," + _base64(card.crop)
    edge, text = css(style.colour), css(ink(style.colour))
    return (
        f'<li class="mw-card"><img src="{source}" alt="Face {number}: {escape(words)}">'
        f'<span class="mw-badge" style="background:{edge};color:{text}">'
        f"{_sign(style.name, background=False)}{escape(words)}</span>"
        f'<span class="mw-sure"><span class="mw-bar"><span style="width:{percent}%"></span></span>{percent}&#8239;%'
        f'<span class="mw-hidden"> confidence</span></span>{_likeliest_states(face)}{_image_name(card)}</li>'
    )


def _likeliest_states(face: Detections) -> str:
    """The two likeliest states, if the state is uncertain."""
    if not face.ambiguous[0]:
        return ""
    likeliest = [MaskState(int(state)) for state in np.argsort(-face.state_scores[0])[:2]]
    shares = (f"{100 * face.state_scores[0, state]:.0f}&#8239;% {escape(WORDS[state.name])}" for state in likeliest)
    return f'<span class="mw-doubt">{", ".join(shares)}</span>'


def _image_name(card: Card) -> str:
    name = escape(card.image_name)
    return f'<span class="mw-image-name" title="{name}">{name}</span>' if name else ""


def _tile(sign: str, count: int, words: str) -> str:
    return f'<li class="mw-tile">{sign}<span class="mw-count">{count}</span><span>{escape(words)}</span></li>'


def _sign(name: str, *, background: bool, words: str = "") -> str:
    """The sign of a state as an image, with or without a round background; ``words`` for screen readers."""
    style = ALL_STYLES[name]
    side, offset, width = (12, 6, 2.6) if background else (20, 2, 3.6)
    circle = f'<circle cx="12" cy="12" r="12" fill="{css(style.colour)}"/>' if background else ""
    lines = "".join(
        f'<polyline points="{" ".join(f"{offset + side * x:.1f},{offset + side * y:.1f}" for x, y in points)}"/>'
        for points in SIGN_LINES[style.sign]
    )
    stroke = f'stroke="{css(ink(style.colour))}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round"'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">{circle}<g fill="none" {stroke}>{lines}</g></svg>'
    )
    return f'<img class="mw-sign" alt="{words}" src="data:image/svg+xml;base64,{_base64(svg.encode())}">'


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def css(colour: Colour) -> str:
    """A colour in CSS notation."""
    return "#" + "".join(f"{value:02x}" for value in colour)
