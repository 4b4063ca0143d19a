"""How each state looks and reads in every image, plot, page, table and event: colour, line, sign and words.

The colours keep a CIEDE2000 difference of over 20 between any two of them also for people with protanopia,
deuteranopia and tritanopia (simulated after Machado et al. 2009). Colour is never the only mark of a state.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from maskwatch.detections import UNCERTAIN, Detections, MaskState

Colour = tuple[int, int, int]
"""Red, green, blue, each 0..255."""


class Line(Enum):
    """How the edges of a box are drawn."""

    solid = "solid"
    dashed = "dashed"
    double = "double"
    dotted = "dotted"


class Sign(Enum):
    """The sign in front of a label."""

    check = "check"
    exclamation = "exclamation"
    cross = "cross"
    question = "question"


@dataclass(frozen=True)
class StateStyle:
    """How one state is shown.

    Attributes:
        name: the state's name in files and options ("with_mask").
        words: the state in text ("mask worn").
        person: the state of a person, in a sentence ("with a mask").
        label: a short label beside a box ("Mask").
        colour: of boxes, bars and badges.
        line: of a box's edges, and of a curve.
        sign: in front of a label.
    """

    name: str
    words: str
    person: str
    label: str
    colour: Colour
    line: Line
    sign: Sign

    @property
    def hex(self) -> str:
        """The colour as "#rrggbb", for plots, pages and terminals."""
        return "#{:02x}{:02x}{:02x}".format(*self.colour)

    @property
    def dash(self) -> str:
        """Matplotlib's line style of a curve."""
        return _DASHES[self.line]


_DASHES = {Line.solid: "-", Line.dashed: "--", Line.double: "-.", Line.dotted: ":"}

STYLES: dict[MaskState, StateStyle] = {
    MaskState[style.name]: style
    for style in (
        StateStyle("with_mask", "mask worn", "with a mask", "Mask", (0, 170, 140), Line.solid, Sign.check),
        StateStyle(
            *("worn_incorrectly", "worn incorrectly", "with a mask worn incorrectly", "Incorrect"),
            *((255, 196, 0), Line.dashed, Sign.exclamation),
        ),
        StateStyle("without_mask", "no mask", "without a mask", "No mask", (200, 16, 46), Line.double, Sign.cross),
    )
}
UNCERTAIN_STYLE = StateStyle(
    *(UNCERTAIN, "uncertain", "whose mask is uncertain", "Uncertain", (128, 134, 145), Line.dotted, Sign.question)
)
"""Of a face whose state is ambiguous."""
ALL_STYLES: dict[str, StateStyle] = {style.name: style for style in (*STYLES.values(), UNCERTAIN_STYLE)}
"""By the names of `maskwatch.detections.REPORTED_STATES`."""
WORDS: dict[str, str] = {style.name: style.words for style in ALL_STYLES.values()}
"""The words for each reported state, by its name."""


def styles_of(faces: Detections) -> list[StateStyle]:
    """The style of each face: that of its state, or of an uncertain one."""
    return [ALL_STYLES[name] for name in faces.reported_states]


DARK: Colour = (16, 18, 22)
LIGHT: Colour = (255, 255, 255)


def ink(background: Colour) -> Colour:
    """Dark or light, whichever reads better on ``background`` (WCAG 2 contrast)."""
    return max((DARK, LIGHT), key=lambda colour: contrast(colour, background))


def contrast(a: Colour, b: Colour) -> float:
    """WCAG 2 contrast of two colours, 1 (none) to 21 (black on white)."""
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Colour) -> float:
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
