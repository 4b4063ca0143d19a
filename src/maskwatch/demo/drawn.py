"""A drawing of three people, one in each state; it needs no scikit-image, unlike the portrait of `maskwatch.demo`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch.demo import DemoImage
from maskwatch.demo.masks import DrawnMask, draw_mask
from maskwatch.detections import MaskState
from maskwatch.frames import Image
from maskwatch.styles import Colour

_WIDTH, _HEIGHT = 320, 400
_X, _Y, _RX, _RY = 160.0, 168.0, 64.0, 86.0
"""Centre and half axes of each head, pixels."""
_BACKGROUND = (196, 204, 210)

_Plane = NDArray[np.float32]
_Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class _Person:
    """One drawn person: the state of the mask, and colours."""

    state: MaskState
    skin: Colour
    hair: Colour
    shirt: Colour


_PEOPLE = (
    _Person(MaskState.with_mask, (214, 168, 140), (58, 42, 34), (52, 74, 110)),
    _Person(MaskState.worn_incorrectly, (226, 184, 158), (122, 84, 52), (96, 66, 88)),
    _Person(MaskState.without_mask, (206, 156, 126), (44, 36, 34), (60, 96, 82)),
)


def drawn_people() -> DemoImage:
    """Three people side by side: mask over mouth and nose, mask under the nose, no mask."""
    people = np.concatenate([_masked(_draw(person), person.state) for person in _PEOPLE], axis=1)
    box = np.array([_X - _RX, _Y - 0.75 * _RY, _X + _RX, _Y + _RY], np.float32)
    xyxy = np.stack([box + np.array([i * _WIDTH, 0] * 2, np.float32) for i in range(len(_PEOPLE))])
    return DemoImage("drawn_people", people, xyxy, tuple(person.state for person in _PEOPLE))


def _draw(person: _Person) -> Image:
    skin, hair = np.array(person.skin, np.float32), np.array(person.hair, np.float32)
    y, x = np.mgrid[0:_HEIGHT, 0:_WIDTH].astype(np.float32)
    u, v = (x - _X) / _RX, (y - _Y) / _RY
    canvas = np.array(_BACKGROUND, np.float32) * (1.05 - 0.25 * y / _HEIGHT)[..., None]
    canvas = _lay(canvas, person.shirt, _ellipse(0, 2.93, 2.3, 1.4))
    canvas = _lay(canvas, hair, _ellipse(0, -0.2, 1.2, 1.06, 3))
    canvas = _lay(canvas, skin * 0.78, _ellipse(0, 1.05, 0.52, 0.62))
    for side in (-1, 1):
        canvas = _lay(canvas, skin * 0.86, _ellipse(0.98 * side, 0.05, 0.14, 0.20))
    light = np.clip(1.08 - 0.32 * np.abs(u + 0.15) ** 2 - 0.16 * np.clip(v, 0, 1) ** 2, 0.5, 1.1)
    canvas = _lay(canvas, skin * light[..., None], _ellipse(0, 0, 1, 1, 1.5))
    canvas = _lay(canvas, hair * 1.1, _ellipse(0, -0.9, 0.97, 0.38, 3) * _ellipse(0, -0.2, 1.2, 1.06, 3))
    for side in (-1, 1):
        canvas = _lay(canvas, (206, 130, 112), 0.35 * _blurred(_ellipse(0.5 * side, 0.28, 0.25, 0.16), 6))
        canvas = _eye(canvas, 0.4 * side, skin, hair)
    canvas = _mouth(_nose(canvas, skin), skin)
    grain = np.random.default_rng(0).normal(0, 3, (_HEIGHT, _WIDTH, 1))
    return np.clip(canvas + grain, 0, 255).astype(np.uint8)


def _eye(canvas: _Plane, u: float, skin: _Plane, hair: _Plane) -> _Plane:
    canvas = _lay(canvas, skin * 0.68, 0.55 * _blurred(_ellipse(u, -0.08, 0.26, 0.13), 4))
    canvas = _lay(canvas, (240, 238, 234), _ellipse(u, -0.06, 0.185, 0.062))
    canvas = _lay(canvas, (62, 44, 32), _ellipse(u, -0.06, 0.085, 0.066))
    canvas = _lay(canvas, (12, 10, 10), _ellipse(u, -0.06, 0.040, 0.034))
    canvas = _lay(canvas, (250, 250, 250), _ellipse(u - 0.03, -0.082, 0.020, 0.015))
    canvas = _lay(canvas, (40, 26, 20), 0.9 * _arc(u, -0.04, 0.20, 0.085, 190, 350, 2))
    return _lay(canvas, hair, 0.9 * _arc(u, -0.16, 0.26, 0.10, 203, 337, 5))


def _nose(canvas: _Plane, skin: _Plane) -> _Plane:
    canvas = _lay(canvas, skin * 0.72, 0.45 * _blurred(_ellipse(0.07, 0.16, 0.06, 0.20), 4))
    canvas = _lay(canvas, skin * 1.12, 0.50 * _blurred(_ellipse(-0.02, 0.12, 0.05, 0.20), 3))
    for side in (-1, 1):
        canvas = _lay(canvas, (110, 66, 52), 0.85 * _blurred(_ellipse(0.105 * side, 0.335, 0.05, 0.022), 1))
    return _lay(canvas, skin * 0.7, 0.6 * _blurred(_ellipse(0, 0.36, 0.16, 0.03), 2))


def _mouth(canvas: _Plane, skin: _Plane) -> _Plane:
    canvas = _lay(canvas, (176, 84, 80), _ellipse(0, 0.57, 0.30, 0.062, 2))
    canvas = _lay(canvas, (86, 34, 34), 0.9 * _arc(0, 0.54, 0.29, 0.045, 10, 170, 2))
    return _lay(canvas, skin * 0.75, 0.5 * _blurred(_ellipse(0, 0.72, 0.20, 0.025), 2))


def _lay(canvas: _Plane, colour: Colour | _Plane, alpha: _Plane) -> _Plane:
    """Blend ``colour``, one or (H, W, 3), over the canvas with the opacity ``alpha`` (H, W), 0..1."""
    weight = alpha[..., None]
    return np.asarray(canvas * (1 - weight) + np.asarray(colour, np.float32) * weight, np.float32)


def _ellipse(u: float, v: float, half_u: float, half_v: float, edge: float = 1.2) -> _Plane:
    """A filled ellipse (H, W), 0..1; lengths in half axes of the head, soft ``edge`` in pixels."""
    y, x = np.mgrid[0:_HEIGHT, 0:_WIDTH].astype(np.float32)
    half_x, half_y = half_u * _RX, half_v * _RY
    distance = np.hypot((x - _X - u * _RX) / half_x, (y - _Y - v * _RY) / half_y)
    return np.asarray(np.clip((1 - distance) * min(half_x, half_y) / edge + 0.5, 0, 1), np.float32)


def _arc(u: float, v: float, half_u: float, half_v: float, start: int, end: int, thickness: int) -> _Plane:
    """A line along an ellipse from one angle to another, degrees, (H, W), 0..1."""
    import cv2

    line = np.zeros((_HEIGHT, _WIDTH), np.float32)
    centre, axes = (round(_X + u * _RX), round(_Y + v * _RY)), (round(half_u * _RX), round(half_v * _RY))
    cv2.ellipse(line, centre, axes, 0, start, end, 1.0, thickness, cv2.LINE_AA)
    return np.clip(_blurred(line, 0.8), 0, 1)


def _blurred(plane: _Plane, sigma: float) -> _Plane:
    import cv2

    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma), np.float32)


def _masked(portrait: Image, state: MaskState) -> Image:
    if state is MaskState.without_mask:
        return portrait
    return draw_mask(portrait, _WORN_CORRECTLY if state is MaskState.with_mask else _UNDER_THE_NOSE)


def _points(*points: tuple[float, float]) -> _Points:
    """Points given in half axes of the head, from its centre, as pixels."""
    return tuple((_X + u * _RX, _Y + v * _RY) for u, v in points)


def _mirrored(*left: tuple[float, float]) -> _Points:
    """Points of a line whose last point lies on the middle of the face, and of its mirror image."""
    return _points(*left, *((-u, v) for u, v in reversed(left[:-1])))


def _straps(*left: _Points) -> tuple[_Points, ...]:
    return tuple(_points(*((side * u, v) for u, v in strap)) for side in (1, -1) for strap in left)


_WORN_CORRECTLY = DrawnMask(
    upper=_mirrored((-0.86, 0.12), (-0.50, 0.10), (-0.20, 0.02), (0, -0.02)),
    lower=_mirrored((-0.78, 0.45), (-0.60, 0.72), (-0.30, 0.95), (0, 1.02)),
    straps=_straps(((-0.86, 0.13), (-0.93, 0.05), (-0.99, -0.05)), ((-0.78, 0.44), (-0.90, 0.34), (-1.00, 0.20))),
    pleats=(0.36, 0.54, 0.72),
    ridge=_X,
)
_UNDER_THE_NOSE = DrawnMask(
    upper=_mirrored((-0.84, 0.42), (-0.50, 0.42), (-0.20, 0.43), (0, 0.44)),
    lower=_mirrored((-0.66, 0.66), (-0.50, 0.84), (-0.28, 0.99), (0, 1.04)),
    straps=_straps(((-0.84, 0.43), (-0.93, 0.20), (-0.99, -0.05)), ((-0.66, 0.65), (-0.90, 0.40), (-1.00, 0.20))),
    pleats=(0.30, 0.50, 0.70),
    ridge=_X,
)
