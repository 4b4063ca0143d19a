"""The canvas on which occluders are drawn, in shares of a face's box."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

UNIT = 160
"""Pixels of the canvas that stand for one side of the face's box."""
MARGIN = 0.6
"""The canvas reaches this many sides of the box beyond it, on all sides."""
SIDE = round(UNIT * (1 + 2 * MARGIN))

Colour = tuple[float, float, float]
Plane = NDArray[np.float32]


class Canvas:
    """Colours (S, S, 3) and opacity (S, S), 0..1, of one occluder in shares of a face's box, (0, 0) to (1, 1)."""

    def __init__(self) -> None:
        self.rgb = np.zeros((SIDE, SIDE, 3), np.float32)
        self.alpha = np.zeros((SIDE, SIDE), np.float32)

    def fill(self, points: list[tuple[float, float]], colour: Colour) -> None:
        """Fill the polygon through the points."""
        import cv2

        plane = np.zeros((SIDE, SIDE), np.uint8)
        cv2.fillPoly(plane, [np.array([_place(p) for p in points], np.int32)], 255, cv2.LINE_AA)
        self._lay(plane, colour)

    def line(self, points: list[tuple[float, float]], width: float, colour: Colour) -> None:
        """Draw a line with round ends, ``width`` in shares of the box."""
        import cv2

        plane = np.zeros((SIDE, SIDE), np.uint8)
        path = np.array([_place(p) for p in points], np.int32)
        cv2.polylines(plane, [path], False, 255, max(1, round(width * UNIT)), cv2.LINE_AA)
        self._lay(plane, colour)

    def ellipse(self, centre: tuple[float, float], radii: tuple[float, float], colour: Colour) -> None:
        """Fill an ellipse."""
        import cv2

        plane = np.zeros((SIDE, SIDE), np.uint8)
        size = (round(radii[0] * UNIT), round(radii[1] * UNIT))
        cv2.ellipse(plane, _place(centre), size, 0, 0, 360, 255, -1, cv2.LINE_AA)
        self._lay(plane, colour)

    def shade(self, factor: NDArray[np.floating[Any]]) -> None:
        """Multiply all colours by ``factor``, which must broadcast to (S, S)."""
        self.rgb *= np.broadcast_to(factor, self.alpha.shape)[..., None]

    def tilt(self, degrees: float) -> None:
        """Turn everything about the mouth, counter-clockwise."""
        import cv2

        matrix = cv2.getRotationMatrix2D(_place((0.5, 0.75)), degrees, 1.0)
        self.rgb, self.alpha = (
            np.asarray(cv2.warpAffine(plane, matrix, (SIDE, SIDE)), np.float32) for plane in (self.rgb, self.alpha)
        )

    def _lay(self, plane: NDArray[np.uint8], colour: Colour) -> None:
        cover = (plane / 255.0).astype(np.float32)
        self.rgb += (np.array(colour, np.float32) - self.rgb) * cover[..., None]
        self.alpha = np.maximum(self.alpha, cover)


def _place(point: tuple[float, float]) -> tuple[int, int]:
    return round((point[0] + MARGIN) * UNIT), round((point[1] + MARGIN) * UNIT)


def across() -> Plane:
    """-1 at the left edge of the box, 1 at the right: (S,)."""
    return np.asarray((np.arange(SIDE) / UNIT - MARGIN) * 2 - 1, np.float32)
