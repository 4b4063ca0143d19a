"""Objects drawn over the mouths of unmasked faces in training: sheets, arms, balls, wraps, sticks.

If only masks ever cover a mouth in training, the network takes every cup and hand for a mask. The shapes are crude on
purpose and differ from those used in evaluation (`maskwatch.evaluate.slices`).
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from maskwatch.frames import Image

Points = NDArray[np.float64]
Plane = NDArray[np.float32]

MARGIN = 0.7
"""Largest distance of an occluder from the face, as a share of the face's sides."""
_MOST_HIDDEN = 0.15
"""Largest share of another face that an occluder may hide."""


def occlude(image: Image, box: NDArray[np.float32], others: NDArray[np.float32], rng: np.random.Generator) -> Image:
    """A copy of the image with an object drawn over one mouth; the image itself if the object would hide another face.

    Args:
        image: RGB uint8 (H, W, 3).
        box: float32 (4,), the face in pixels.
        others: float32 (N, 4), the other faces.
        rng: random generator for shape, place, colour and texture.
    """
    size = box[2:] - box[:2]
    low, high = box[:2] - MARGIN * size, box[2:] + MARGIN * size
    left, top = (int(v) for v in np.maximum(np.floor(low), 0))
    right, bottom = (int(v) for v in np.minimum(np.ceil(high), image.shape[1::-1]))
    if right - left < 8 or bottom - top < 8:
        return image
    shape = _SHAPES[rng.integers(len(_SHAPES))](rng)
    outline = np.round((box[:2] + shape * size - [left, top]) * 16).astype(np.int32)
    alpha = np.zeros((bottom - top, right - left), np.uint8)
    cv2.fillPoly(alpha, [outline], 255, lineType=cv2.LINE_AA, shift=4)
    if _hides_another(alpha, others - np.array([left, top] * 2, np.float32)):
        return image
    under = image[top:bottom, left:right]
    texture = _texture(image, under, box - np.array([left, top] * 2, np.float32), rng)
    soft = cv2.GaussianBlur(alpha.astype(np.float32) / 255, (0, 0), max(0.4, float(min(size)) / 120))[..., None]
    result = image.copy()
    result[top:bottom, left:right] = np.clip(under + (texture - under) * soft, 0, 255).astype(np.uint8)
    return result


def _hides_another(alpha: NDArray[np.uint8], others: NDArray[np.float32]) -> bool:
    """Whether the drawn shape covers too much of one of the other faces."""
    for x1, y1, x2, y2 in np.maximum(np.round(others), 0).astype(int):
        part = alpha[y1:y2, x1:x2]
        if part.size and part.mean() > 255 * _MOST_HIDDEN:
            return True
    return False


def _ring(count: int = 24) -> Points:
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _placed(points: Points, degrees: float, middle: tuple[float, float]) -> Points:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.asarray(points @ np.array([[c, s], [-s, c]]) + np.array(middle))


def _sheet(rng: np.random.Generator) -> Points:
    """A stiff rectangle: a book, a screen, a card, a box."""
    half = rng.uniform([0.28, 0.25], [0.75, 0.6])
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], np.float64) * half
    top = rng.uniform(0.5, 0.72)
    return _placed(corners, rng.uniform(-35, 35), (rng.uniform(0.35, 0.65), top + half[1]))


def _arm(rng: np.random.Generator) -> Points:
    """A thick band with a round end, from outside the face across the mouth."""
    angle = rng.uniform(-20, 200)
    length, half = rng.uniform(1.2, 1.8), rng.uniform(0.13, 0.26)
    end = _ring() * half
    band = np.concatenate([end[end[:, 0] <= 1e-9], [(length, -half), (length, half)]])
    band = band[np.argsort(np.arctan2(band[:, 1], band[:, 0] - length / 2))]
    reach = _placed(np.array([[rng.uniform(0.15, 0.5), 0.0]]), angle, (0.0, 0.0))
    return _placed(band, angle, (0.5, rng.uniform(0.7, 0.88))) - reach


def _ball(rng: np.random.Generator) -> Points:
    """A round object at the lips: a fruit, a bowl, a balloon."""
    radius = rng.uniform([0.2, 0.16], [0.5, 0.4])
    return _ring() * radius + [rng.uniform(0.38, 0.62), rng.uniform(0.7, 0.8) + 0.4 * radius[1]]


def _wrap(rng: np.random.Generator) -> Points:
    """Cloth that extends below the chin and beyond the cheeks: a collar, a blanket, a veil."""
    x = np.linspace(-0.45, 1.45, 9)
    sag = rng.uniform(-0.12, 0.22) * (1 - (2 * x - 1) ** 2 / 3.6)
    top = rng.uniform(0.45, 0.7) + sag + rng.normal(0, 0.015, len(x)) + rng.uniform(-0.1, 0.1) * (x - 0.5)
    return np.concatenate([np.stack([x, top], axis=1), [(1.45, 1.7), (-0.45, 1.7)]])


def _stick(rng: np.random.Generator) -> Points:
    """A round head on a handle: a lolly, a spoon, a torch."""
    head = _ring() * rng.uniform(0.1, 0.22)
    handle = np.array([(0.05, 1.2), (-0.05, 1.2)])
    middle = head[np.argmax(head[:, 1])]
    after = np.concatenate([head[:6], [middle], handle + middle * [1, 0], [middle], head[6:]])
    return _placed(after, rng.uniform(-60, 60), (rng.uniform(0.4, 0.6), rng.uniform(0.72, 0.84)))


_SHAPES: tuple[Callable[[np.random.Generator], Points], ...] = (_sheet, _arm, _ball, _wrap, _stick, _wrap, _sheet)


def _texture(image: Image, under: Image, box: NDArray[np.float32], rng: np.random.Generator) -> Plane:
    """float32 (H, W, 3), the size of ``under``: skin, plain colour, stripes, weave, or a piece of the same image."""
    height, width = under.shape[:2]
    kind = rng.integers(5)
    if kind == 0:
        side = int(rng.integers(8, max(9, min(image.shape[:2]) // 2)))
        row, column = (int(rng.integers(0, max(1, extent - side))) for extent in image.shape[:2])
        piece = cv2.resize(image[row : row + side, column : column + side], (width, height))
        return np.asarray(piece, np.float32)
    base = _skin(under, box) if kind == 1 else rng.uniform(15, 245, 3)
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    shade = 1 + rng.uniform(-0.25, 0.25) * x + rng.uniform(-0.25, 0.25) * y
    if kind == 2:
        strength, pitch, slope = rng.uniform(0.05, 0.35), rng.uniform(6, 40), rng.uniform(-1, 1)
        shade = shade * (1 + strength * np.sign(np.sin(pitch * (x + slope * y))))
    if kind == 3:
        pitch = rng.uniform(20, 70)
        shade = shade * (1 + rng.uniform(0.05, 0.25) * np.sin(pitch * x) * np.sin(pitch * y))
    return np.asarray(base * shade[..., None] + rng.normal(0, 3, (height, width, 1)), np.float32)


def _skin(under: Image, box: NDArray[np.float32]) -> NDArray[np.float64]:
    """Median colour between brows and nose."""
    size = box[2:] - box[:2]
    (x1, y1), (x2, y2) = (np.maximum(box[:2] + size * at, 0).astype(int) for at in ([0.3, 0.25], [0.7, 0.5]))
    region = under[y1 : max(y2, y1 + 1), x1 : max(x2, x1 + 1)].reshape(-1, 3)
    return np.asarray(np.median(region, axis=0) if len(region) else (190.0, 150.0, 130.0), np.float64)
