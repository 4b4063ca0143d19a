"""Boxes with rounded corners: solid, dashed, dotted or double, with a dark rim that stands out on any background.

Straight parts are plain pixel rectangles, sharp at every size; only the corners are anti-aliased.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from maskwatch.frames import Image
from maskwatch.styles import DARK, Colour, Line

_DASH_SHARE = 0.6
_LARGEST_RADIUS = 24
_DASHES = {Line.dashed: 7.0, Line.dotted: 3.5}
"""Length of a dash and the gap behind it, in line widths."""


@dataclass(frozen=True)
class _Rect:
    """Outer edges of a ring, whole pixels; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    def grown(self, by: int) -> _Rect:
        return _Rect(self.left - by, self.top - by, self.right + by, self.bottom + by)

    @property
    def side(self) -> int:
        return min(self.right - self.left, self.bottom - self.top)


def stroke_box(image: Image, box: NDArray[np.float32], width: int, colour: Colour, line: Line) -> None:
    """Draw one box (4,), xyxy in pixels, into ``image``, in place, with lines ``width`` pixels thick.

    The lines lie on the edges of the box; at the border of the image they move inwards.
    """
    side = float(min(box[2:] - box[:2]))
    rim = 0 if width == 1 and side < 28 else max(1, round(width / 3))
    if line is Line.double:
        width = max(1, round(min(0.7 * width, side / 20)))
    across = 3 * width if line is Line.double else width
    outer = _fit(box, -(-across // 2), rim, image)
    radius = min(round(0.12 * side) + across // 2, _LARGEST_RADIUS + across)
    _ring(image, outer.grown(rim), across + 2 * rim, radius + rim, DARK)
    _ring(image, outer, width, radius, colour, dash=_DASHES.get(line))
    if line is Line.double:
        _ring(image, outer.grown(-2 * width), width, max(0, radius - 2 * width), colour)


def _fit(box: NDArray[np.float32], grow: int, rim: int, image: Image) -> _Rect:
    """The outer edges of the coloured line, such that its rim stays within the image."""
    spans = []
    for low, high, limit in ((box[0], box[2], image.shape[1]), (box[1], box[3], image.shape[0])):
        begin, end = round(float(low)) - grow, round(float(high)) + grow
        begin = min(max(begin, rim), max(limit - rim - 1, 0))
        spans.append((begin, max(begin + 1, min(end, limit - rim))))
    (left, right), (top, bottom) = spans
    return _Rect(left, top, right, bottom)


def _ring(image: Image, outer: _Rect, width: int, radius: int, colour: Colour, *, dash: float | None = None) -> None:
    """Paint a ring ``width`` pixels wide inside ``outer``; a ring without a hole becomes a filled block."""
    height_px, width_px = image.shape[:2]
    left, top = max(outer.left, 0), max(outer.top, 0)
    right, bottom = min(outer.right, width_px), min(outer.bottom, height_px)
    if min(right - left, bottom - top) <= 2 * width:
        image[top:bottom, left:right] = colour
        return
    corner = min(max(radius, width), (right - left) // 2, (bottom - top) // 2)
    for begin, end in _runs(left + corner, right - corner, width, dash):
        image[top : top + width, begin:end] = colour
        image[bottom - width : bottom, begin:end] = colour
    for begin, end in _runs(top + corner, bottom - corner, width, dash):
        image[begin:end, left : left + width] = colour
        image[begin:end, right - width : right] = colour
    alpha = _corner(corner, width, min(radius, corner))
    _blend(image[top : top + corner, left : left + corner], alpha, colour)
    _blend(image[top : top + corner, right - corner : right], alpha[:, ::-1], colour)
    _blend(image[bottom - corner : bottom, left : left + corner], alpha[::-1], colour)
    _blend(image[bottom - corner : bottom, right - corner : right], alpha[::-1, ::-1], colour)


def _runs(begin: int, end: int, width: int, dash: float | None) -> list[tuple[int, int]]:
    """The painted parts of a straight side. A dashed side begins and ends with a gap next to the corners."""
    if dash is None:
        return [(begin, end)]
    length, period = end - begin, max(dash, dash * width)
    dashes = round((length - (1 - _DASH_SHARE) * period) / period)
    if dashes < 1:
        return [] if length >= 3 else [(begin, end)]
    period = length / (dashes + 1 - _DASH_SHARE)
    starts = [begin + (1 - _DASH_SHARE + i) * period for i in range(dashes)]
    return [(round(start), round(start + _DASH_SHARE * period)) for start in starts]


@lru_cache(maxsize=256)
def _corner(size: int, width: int, radius: int) -> NDArray[np.uint16]:
    """Coverage of each pixel of the upper left corner by the line: uint16 (size, size, 1), 0..255."""
    centre = np.arange(size) + 0.5
    x, y = np.meshgrid(centre, centre)
    straight = (np.minimum(x, y) < width).astype(np.float64)
    distance = np.hypot(radius - x, radius - y)
    curved = np.clip(radius - distance + 0.5, 0, 1) - np.clip(radius - width - distance + 0.5, 0, 1)
    cover = np.where((x < radius) & (y < radius), curved, straight)
    return np.asarray(np.round(cover * 255)[..., None], np.uint16)


def _blend(region: Image, alpha: NDArray[np.uint16], colour: Colour) -> None:
    paint = np.array(colour, np.uint16)
    region[:] = ((region * (255 - alpha) + paint * alpha + 127) // 255).astype(np.uint8)
