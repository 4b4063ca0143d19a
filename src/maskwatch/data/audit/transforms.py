"""The ways in which two images of the same photograph can be laid over each other, coarsely.

A crop leaves a window of the image; a changed part leaves a half; a turn leaves the middle, turned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.audit.fingerprints import SIDE

Window = tuple[float, float, float, float]
"""x1, y1, x2, y2 as shares of the image."""

WHOLE: Window = (0.0, 0.0, 1.0, 1.0)
CENTRE: Window = (0.15, 0.15, 0.85, 0.85)
_CUT = ((0.0, 1.0), (0.0, 0.9), (0.05, 0.95), (0.1, 1.0), (0.1, 0.9))
WINDOWS: tuple[Window, ...] = tuple((x1, y1, x2, y2) for y1, y2 in _CUT for x1, x2 in _CUT)
"""The whole image, and what is left of it when a tenth of a side, or of several, is cut off."""
HALVES: tuple[Window, ...] = (
    *((0.0, 0.0, 1.0, 0.55), (0.0, 0.45, 1.0, 1.0)),
    *((0.0, 0.0, 0.55, 1.0), (0.45, 0.0, 1.0, 1.0)),
)
"""Top, bottom, left, right."""
ANGLES = (-30, -25, -20, -15, -10, -5, 5, 10, 15, 20, 25, 30)
"""Degrees."""


@dataclass(frozen=True)
class View:
    """What is hashed: a window of the image after it was mirrored, if so, and turned about its middle."""

    window: Window = WHOLE
    angle: int = 0
    mirrored: bool = False


@dataclass(frozen=True)
class ViewPair:
    """Two views that look the same when one image is a certain kind of copy of the other.

    Attributes:
        kind: the copy was cropped ("window"), changed in a part ("half") or turned ("turned").
        whole: the view of the one image.
        part: the view of the other.
        window: where the one image lies in the other, as far as these views tell.
    """

    kind: Literal["window", "half", "turned"]
    whole: View
    part: View
    window: Window = WHOLE

    def warp(self, size: tuple[int, int]) -> NDArray[np.float32]:
        """The affine map (2, 3) from small copies of ``whole`` to those of ``part``, mirrored if so.

        Args:
            size: width and height of the part's image, which give its small copy the shape to turn in.
        """
        if self.part.angle:
            return turn(self.part.angle, size)
        x1, y1, x2, y2 = self.window
        return np.array([[x2 - x1, 0, x1 * SIDE], [0, y2 - y1, y1 * SIDE]], np.float32)


def turn(angle: float, size: tuple[int, int]) -> NDArray[np.float32]:
    """The affine map (2, 3) that turns a small copy about its middle as its image would turn, in degrees."""
    width, height = size
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    matrix = np.array([[cosine, -sine * height / width], [sine * width / height, cosine]])
    middle = np.full(2, (SIDE - 1) / 2)
    return np.concatenate([matrix, (middle - matrix @ middle)[:, None]], axis=1).astype(np.float32)


def _view_pairs() -> Iterator[ViewPair]:
    for mirrored in (False, True):
        for window in WINDOWS:
            yield ViewPair("window", View(), View(window, mirrored=mirrored), window)
        for half in HALVES:
            yield ViewPair("half", View(half), View(half, mirrored=mirrored))
        for angle in ANGLES:
            yield ViewPair("turned", View(CENTRE), View(CENTRE, angle, mirrored))


VIEW_PAIRS: tuple[ViewPair, ...] = tuple(_view_pairs())
VIEWS: tuple[View, ...] = tuple(dict.fromkeys(view for each in VIEW_PAIRS for view in (each.whole, each.part)))
"""All views that are compared, each once."""
