"""The canvas on which occluders are drawn, in coordinates relative to the box of a face."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

UNIT = 160
"""Pixels of the canvas per side of the box."""
MARGIN = 0.6
"""Margin around the box, in sides of the box."""
SIDE = round(UNIT * (1 + 2 * MARGIN))

Colour = tuple[float, float, float]
"""Red, green, blue, 0..255; shading may leave this range until the occluder is drawn."""
Plane = NDArray[np.float32]


class Canvas:
    """Colour (S, S, 3) and opacity (S, S), 0..1, of one occluder; the box of the face is (0, 0) to (1, 1)."""

    def __init__(self) -> None:
        self.rgb = np.zeros((SIDE, SIDE, 3), np.float32)
        self.alpha = np.zeros((SIDE, SIDE), np.float32)

    def fill(self, points: list[tuple[float, float]], colour: Colour) -> None:
        """Fill a polygon."""
        import cv2

        plane = np.zeros((SIDE, SIDE), np.uint8)
        cv2.fillPoly(plane, [np.array([_pixel(p) for p in points], np.int32)], 255, cv2.LINE_AA)
        self._paint(plane, colour)

    def line(self, points: list[tuple[float, float]], width: float, colour: Colour) -> None:
        """Draw a line with round ends; ``width`` is in sides of the box."""
        import cv2

        plane = np.zeros((SIDE, SIDE), np.uint8)
        path = np.array([_pixel(p) for p in points], np.int32)
        cv2.polylines(plane, [path], False, 255, max(1, round(width * UNIT)), cv2.LINE_AA)
        self._paint(plane, colour)

    def ellipse(self, centre: tuple[float, float], radii: tuple[float, float], colour: Colour) -> None:
        """Fill an ellipse."""
        import cv2

        plane = np.zeros((SIDE, SIDE), np.uint8)
        size = (round(radii[0] * UNIT), round(radii[1] * UNIT))
        cv2.ellipse(plane, _pixel(centre), size, 0, 0, 360, 255, -1, cv2.LINE_AA)
        self._paint(plane, colour)

    def shade(self, factor: NDArray[np.floating[Any]]) -> None:
        """Multiply all colours by ``factor``, which must broadcast to (S, S)."""
        self.rgb *= np.broadcast_to(factor, self.alpha.shape)[..., None]

    def tilt(self, degrees: float) -> None:
        """Rotate everything about the mouth, counter-clockwise."""
        import cv2

        matrix = cv2.getRotationMatrix2D(_pixel((0.5, 0.75)), degrees, 1.0)
        self.rgb, self.alpha = (
            np.asarray(cv2.warpAffine(plane, matrix, (SIDE, SIDE)), np.float32) for plane in (self.rgb, self.alpha)
        )

    def _paint(self, plane: NDArray[np.uint8], colour: Colour) -> None:
        cover = (plane / 255.0).astype(np.float32)
        self.rgb += (np.array(colour, np.float32) - self.rgb) * cover[..., None]
        self.alpha = np.maximum(self.alpha, cover)


def _pixel(point: tuple[float, float]) -> tuple[int, int]:
    return round((point[0] + MARGIN) * UNIT), round((point[1] + MARGIN) * UNIT)


def across() -> Plane:
    """-1 at the left edge of the box, 1 at the right: (S,)."""
    return np.asarray((np.arange(SIDE) / UNIT - MARGIN) * 2 - 1, np.float32)
