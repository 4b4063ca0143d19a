"""Surgical masks drawn onto a portrait, for demo images that need no download."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch.frames import Image

_SUPERSAMPLE = 4
_CLOTH = np.array([160, 193, 211], np.float32)
_TRIM = np.array([204, 217, 224], np.float32)
_STRAP = np.array([214, 216, 216], np.float32)

Points = tuple[tuple[float, float], ...]
_Plane = NDArray[np.float32]


@dataclass(frozen=True)
class DrawnMask:
    """The shape of a mask on one portrait, in pixels of the portrait.

    Attributes:
        upper: upper edge, from the left to the right of the image.
        lower: lower edge, from the left to the right; together with `upper` it is the outline.
        straps: lines from the corners of the mask to the ears.
        pleats: vertical positions of the pleats, 0 at the upper edge, 1 at the lower.
        ridge: x of the bridge of the nose or of the mouth, where the cloth stands out most.
    """

    upper: Points
    lower: Points
    straps: tuple[Points, ...]
    pleats: tuple[float, ...]
    ridge: float


def draw_mask(image: Image, mask: DrawnMask) -> Image:
    """A copy of the portrait, RGB uint8 (H, W, 3), with the mask on the face, in the light of the face."""
    import cv2

    height, width = image.shape[:2]
    upper, lower = _curve(mask.upper), _curve(mask.lower)
    body = _filled(np.concatenate([upper, lower[::-1]]), width, height)
    result = image.astype(np.float32)
    # the cloth shades the skin around it
    shadow = cv2.GaussianBlur(_shifted(body, 0, 2), (0, 0), 2.2) * (1 - body)
    result *= 1 - 0.30 * shadow[..., None]
    for strap in mask.straps:
        result = _strap(result, _curve(strap))
    cloth = _cloth(width, height, upper, lower, mask) * _light(image, body)[..., None]
    soft = cv2.GaussianBlur(body, (0, 0), 0.6)[..., None]
    result = result * (1 - soft) + cloth * soft
    return np.clip(np.round(result), 0, 255).astype(np.uint8)


def _cloth(width: int, height: int, upper: _Plane, lower: _Plane, mask: DrawnMask) -> _Plane:
    """The colours of the cloth: curved over the face, pleated, with a trim and a nose wire along the upper edge."""
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    top = np.interp(x[0], upper[:, 0], upper[:, 1])
    bottom = np.interp(x[0], lower[:, 0], lower[:, 1])
    left, right = min(upper[0, 0], lower[0, 0]), max(upper[-1, 0], lower[-1, 0])
    down = (y - top) / np.maximum(bottom - top, 1)
    across = np.where(x < mask.ridge, (x - mask.ridge) / (mask.ridge - left), (x - mask.ridge) / (right - mask.ridge))
    shade = 1.07 - 0.36 * np.abs(across) ** 2.2 - 0.75 * np.clip(down - 0.66, 0, 1) ** 1.3
    shade += 0.07 * np.exp(-((across / 0.20) ** 2)) * (1 - np.clip(down, 0, 1))
    for position in mask.pleats:
        # each fold covers the next: a dark line, a light one below it, both ending before the side seams
        offset = (down - position) * (bottom - top).max()
        fade = np.clip(1.25 - np.abs(across) ** 4, 0, 1)
        shade += fade * (0.09 * np.exp(-(((offset + 1.8) / 1.6) ** 2)) - 0.21 * np.exp(-((offset / 1.1) ** 2)))
    weave = np.random.default_rng(7).normal(0, 0.012, x.shape)
    cloth = _CLOTH * (shade + weave)[..., None]
    edge = np.minimum(y - top, bottom - y)
    trim = np.clip((3.2 - edge) / 0.8, 0, 1)[..., None]
    cloth = cloth * (1 - trim) + _TRIM * shade[..., None] * trim
    wire = np.exp(-(((y - top - 4.4) / 0.8) ** 2)) * np.clip(1.0 - np.abs(across) * 1.8, 0, 1)
    seam = np.exp(-(((edge - 3.4) / 0.5) ** 2))
    return np.asarray(cloth * (1 - 0.10 * seam - 0.12 * wire)[..., None], np.float32)


def _light(image: Image, body: _Plane) -> _Plane:
    """The light on each part of the mask, about 1: the broad light and shade of the face below it."""
    import cv2

    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    # only skin: neither the dark collar nor the background
    weight = body * (grey > 60)
    broad = cv2.GaussianBlur(grey * weight, (0, 0), 14) / np.maximum(cv2.GaussianBlur(weight, (0, 0), 14), 1e-3)
    usual = float((grey * weight).sum() / max(float(weight.sum()), 1.0))
    return np.asarray(np.clip(broad / max(usual, 1.0), 0.6, 1.3) ** 0.7, np.float32)


def _strap(image: _Plane, path: _Plane) -> _Plane:
    """An elastic ear loop and its shadow."""
    import cv2

    height, width = image.shape[:2]
    line = _stroked(path, 1.3, width, height)
    shadow = cv2.GaussianBlur(_shifted(line, 0, 2), (0, 0), 1.0)[..., None]
    image = image * (1 - 0.35 * shadow)
    return np.asarray(image * (1 - 0.92 * line[..., None]) + _STRAP * 0.92 * line[..., None], np.float32)


def _curve(points: Points, steps: int = 12) -> _Plane:
    """A smooth line (K, 2) through all points (Catmull-Rom)."""
    p = np.array([points[0], *points, points[-1]], np.float32)
    t = np.linspace(0, 1, steps, endpoint=False, dtype=np.float32)[:, None]
    parts = []
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False):
        parts.append(b + t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))))
    return np.asarray(np.concatenate([*parts, p[-1:]]), np.float32)


def _filled(outline: _Plane, width: int, height: int) -> _Plane:
    """The inside of an outline, (H, W), 0..1, anti-aliased."""
    import cv2

    canvas = np.zeros((height * _SUPERSAMPLE, width * _SUPERSAMPLE), np.uint8)
    cv2.fillPoly(canvas, [np.round(outline * _SUPERSAMPLE).astype(np.int32)], 255)
    return _reduced(canvas, width, height)


def _stroked(path: _Plane, thickness: float, width: int, height: int) -> _Plane:
    import cv2

    canvas = np.zeros((height * _SUPERSAMPLE, width * _SUPERSAMPLE), np.uint8)
    points = np.round(path * _SUPERSAMPLE).astype(np.int32)
    cv2.polylines(canvas, [points], isClosed=False, color=255, thickness=round(thickness * _SUPERSAMPLE))
    return _reduced(canvas, width, height)


def _reduced(canvas: NDArray[np.uint8], width: int, height: int) -> _Plane:
    import cv2

    small = cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small / 255.0, np.float32)


def _shifted(plane: _Plane, right: int, down: int) -> _Plane:
    return np.roll(plane, (down, right), axis=(0, 1))
