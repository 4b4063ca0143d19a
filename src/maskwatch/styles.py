"""How each state looks wherever people see it: colour, line, sign and wording.

The colours keep a CIEDE2000 difference of over 20 between any two of them also for people with protanopia,
deuteranopia and tritanopia (simulated after Machado et al. 2009), and no state is told by its colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from maskwatch.detections import MaskState

Colour = tuple[int, int, int]
"""Red, green, blue, each 0..255."""


class Line(Enum):
    """How the edges of a box are drawn."""

    solid = "solid"
    dashed = "dashed"
    double = "double"


class Sign(Enum):
    """The sign in front of a label."""

    check = "check"
    exclamation = "exclamation"
    cross = "cross"


@dataclass(frozen=True)
class StateStyle:
    """How one state is shown."""

    colour: Colour
    line: Line
    sign: Sign
    text: str


STYLES: dict[MaskState, StateStyle] = {
    MaskState.with_mask: StateStyle((0, 170, 140), Line.solid, Sign.check, "Mask"),
    MaskState.worn_incorrectly: StateStyle((255, 196, 0), Line.dashed, Sign.exclamation, "Incorrect"),
    MaskState.without_mask: StateStyle((200, 16, 46), Line.double, Sign.cross, "No mask"),
}

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
