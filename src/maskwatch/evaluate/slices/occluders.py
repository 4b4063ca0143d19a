"""Objects that cover the mouth but are no mask, drawn over unmasked faces to test a detector.

They are for evaluation only: training must not import this module, so that no network is trained on them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from maskwatch.evaluate.slices.occluder_canvas import MARGIN, SIDE, UNIT, Canvas, Colour, Plane, across
from maskwatch.frames import Image


def _hand(canvas: Canvas, skin: Colour, rng: np.random.Generator) -> None:
    """A flat hand over the mouth, with the fingers across the face."""
    dark: Colour = (skin[0] * 0.62, skin[1] * 0.58, skin[2] * 0.56)
    wrist = rng.uniform(1.3, 1.5)
    canvas.line([(1.25, wrist), (1.02, 0.98)], 0.40, skin)
    canvas.ellipse((0.88, 0.84), (0.27, 0.25), skin)
    for row, (y, tip) in enumerate(((0.60, 0.16), (0.725, 0.06), (0.85, 0.10), (0.965, 0.22))):
        canvas.line([(0.85, y + 0.02), (0.5, y + 0.01), (tip, y)], 0.122, dark)
        canvas.line([(0.85, y + 0.015), (0.5, y + 0.005), (tip + 0.005, y - 0.005)], 0.108, skin)
        if row < 3:
            canvas.line([(0.8, y + 0.07), (tip + 0.06, y + 0.06)], 0.014, dark)
    canvas.line([(0.95, 0.68), (0.83, 0.45)], 0.13, skin)
    canvas.shade(1.04 - 0.10 * np.abs(across() - 0.1))


def _cup(canvas: Canvas, skin: Colour, rng: np.random.Generator) -> None:
    """A cup at the lips, held from the right."""
    colours: tuple[Colour, ...] = ((238, 236, 230), (176, 60, 48), (66, 92, 120))
    body = colours[rng.integers(len(colours))]
    canvas.fill([(0.2, 0.64), (0.8, 0.64), (0.71, 1.36), (0.29, 1.36)], body)
    canvas.ellipse((0.5, 1.36), (0.21, 0.05), body)
    canvas.shade(1.08 - 0.45 * np.minimum(np.abs(across()) / 0.6, 1.2) ** 2)
    canvas.fill([(0.235, 0.92), (0.765, 0.92), (0.735, 1.16), (0.265, 1.16)], (150, 112, 76))
    canvas.ellipse((0.5, 0.64), (0.30, 0.05), (body[0] * 0.8, body[1] * 0.8, body[2] * 0.8))
    for y in (0.96, 1.05, 1.14, 1.23):
        canvas.line([(0.98, y + 0.03), (0.74, y), (0.60, y + 0.01)], 0.085, skin)
    canvas.ellipse((1.02, 1.13), (0.17, 0.24), skin)


def _scarf(canvas: Canvas, skin: Colour, rng: np.random.Generator) -> None:  # noqa: ARG001
    """A knitted scarf around the lower face and the neck."""
    colours: tuple[Colour, ...] = ((150, 34, 40), (52, 88, 70), (196, 168, 120), (70, 72, 92))
    body = colours[rng.integers(len(colours))]
    top = [(-0.18, 0.66), (0.02, 0.60), (0.25, 0.56), (0.5, 0.54), (0.75, 0.56), (0.98, 0.60), (1.18, 0.66)]
    bottom = [(1.12, 1.36), (0.5, 1.46), (-0.12, 1.36)]
    canvas.fill(top + bottom, body)
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) / UNIT - MARGIN
    wave = y + 0.16 * (x - 0.5) ** 2
    knit = 1 + 0.10 * np.sin(2 * np.pi * wave / 0.05) * np.sin(2 * np.pi * (x + 0.3 * wave) / 0.06)
    folds = 1 - 0.28 * np.exp(-(((wave - 0.80) / 0.03) ** 2)) - 0.34 * np.exp(-(((wave - 1.12) / 0.04) ** 2))
    canvas.shade(knit * folds * (1.05 - 0.25 * np.abs(x - 0.5)))


def _paper(canvas: Canvas, skin: Colour, rng: np.random.Generator) -> None:
    """A sheet of white paper with lines of print, held in front of the mouth."""
    canvas.fill([(-0.02, 0.57), (1.02, 0.57), (1.02, 1.5), (-0.02, 1.5)], (240, 240, 236))
    for y in np.arange(0.68, 1.4, 0.085):
        canvas.line([(0.08, float(y)), (float(rng.uniform(0.6, 0.94)), float(y))], 0.018, (120, 120, 126))
    canvas.shade(1.0 - 0.08 * np.clip(across(), 0, 1))
    for side, inward in ((-0.04, 0.1), (1.04, -0.1)):
        canvas.line([(side, 1.2), (side + inward, 1.12)], 0.11, skin)


def _phone(canvas: Canvas, skin: Colour, rng: np.random.Generator) -> None:
    """The back of a phone, held upright in front of the mouth."""
    colours: tuple[Colour, ...] = ((28, 29, 33), (214, 214, 218), (64, 78, 108))
    body = colours[rng.integers(len(colours))]
    canvas.ellipse((0.86, 1.12), (0.2, 0.28), skin)
    for line_width, colour in ((0.16, (body[0] * 0.5, body[1] * 0.5, body[2] * 0.5)), (0.13, body)):
        outline = [(0.3, 0.60), (0.72, 0.60), (0.72, 1.42), (0.3, 1.42), (0.3, 0.60)]
        canvas.line(outline, line_width, colour)
    canvas.fill([(0.3, 0.60), (0.72, 0.60), (0.72, 1.42), (0.3, 1.42)], body)
    canvas.fill([(0.29, 0.59), (0.47, 0.59), (0.47, 0.79), (0.29, 0.79)], (18, 18, 20))
    for y in (0.64, 0.74):
        canvas.ellipse((0.38, y), (0.036, 0.036), (70, 74, 88))
    for y in (0.92, 1.03, 1.14, 1.25):
        canvas.line([(0.16, y + 0.02), (0.30, y)], 0.085, skin)


def _microphone(canvas: Canvas, skin: Colour, rng: np.random.Generator) -> None:
    """A handheld microphone in front of the mouth."""
    grey = float(rng.uniform(45, 110))
    canvas.line([(0.62, 1.02), (0.78, 1.5)], 0.17, (30, 30, 33))
    for t in (0.45, 0.62, 0.79, 0.96):
        x, y = 0.62 + 0.16 * t, 1.02 + 0.48 * t
        canvas.line([(x + 0.13, y - 0.03), (x - 0.12, y + 0.03)], 0.09, skin)
    canvas.ellipse((0.55, 0.82), (0.19, 0.21), (grey, grey, grey + 4))
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) / UNIT - MARGIN
    ball = ((x - 0.55) / 0.19) ** 2 + ((y - 0.82) / 0.21) ** 2
    mesh = np.where(ball < 1, 1 + 0.3 * np.sin(2 * np.pi * (x + y) / 0.035) * np.sin(2 * np.pi * (x - y) / 0.035), 1)
    canvas.shade(mesh * np.where(ball < 1, 1.25 - 0.7 * ((x - 0.48) ** 2 + (y - 0.74) ** 2) / 0.06, 1))
    canvas.line([(0.48, 1.0), (0.70, 0.98)], 0.05, (150, 150, 152))


OCCLUDERS: dict[str, Callable[[Canvas, Colour, np.random.Generator], None]] = {
    "hand": _hand,
    "cup": _cup,
    "scarf": _scarf,
    "white paper": _paper,
    "phone": _phone,
    "microphone": _microphone,
}
"""Functions that draw each kind on a canvas, with the skin colour of the person and random variations."""


def draw_occluder(image: Image, box: NDArray[np.float32], kind: str, rng: np.random.Generator) -> Image:
    """A copy of an image with one of `OCCLUDERS` over the mouth of a face.

    The mouth is assumed in the lower third of the box, as in an upright frontal face.

    Args:
        image: RGB uint8 (H, W, 3).
        box: float32 (4,), the face from brow to chin and ear to ear, pixels.
        kind: a key of `OCCLUDERS`.
        rng: varies colour, position and tilt.
    """
    import cv2

    canvas = Canvas()
    skin, light = _skin_and_light(image, box)
    OCCLUDERS[kind](canvas, (skin[0] / light, skin[1] / light, skin[2] / light), rng)
    canvas.tilt(float(rng.uniform(-10, 10)))
    size = box[2:] - box[:2]
    left, top = np.round(box[:2] - MARGIN * size + rng.uniform(-0.03, 0.03, 2) * size).astype(int)
    width, height = np.maximum(np.round(size * (1 + 2 * MARGIN)), 2).astype(int)
    rgb = cv2.resize(canvas.rgb * light, (int(width), int(height)), interpolation=cv2.INTER_AREA)
    alpha = cv2.resize(canvas.alpha, (int(width), int(height)), interpolation=cv2.INTER_AREA)
    if min(size) >= 48:
        rgb, alpha = (cv2.GaussianBlur(plane, (0, 0), float(min(size)) / 110) for plane in (rgb, alpha))
    return _pasted(image, np.asarray(rgb, np.float32), np.asarray(alpha, np.float32), int(left), int(top))


def _skin_and_light(image: Image, box: NDArray[np.float32]) -> tuple[Colour, float]:
    """Median colour of the upper face, and its illumination, 0.4 to 1.1."""
    size = box[2:] - box[:2]
    low, high = box[:2] + size * [0.25, 0.2], box[:2] + size * [0.75, 0.5]
    (left, top), (right, bottom) = np.maximum(np.round(low), 0).astype(int), np.round(high).astype(int)
    region = image[top:bottom, left:right].reshape(-1, 3)
    if not len(region):
        return (190.0, 150.0, 130.0), 1.0
    red, green, blue = (float(value) for value in np.median(region, axis=0))
    brightest = float(np.percentile(region.max(axis=1), 90))
    return (red, green, blue), float(np.clip(brightest / 225, 0.4, 1.1))


def _pasted(image: Image, rgb: Plane, alpha: Plane, left: int, top: int) -> Image:
    """A copy with the occluder on top, cut off at the border of the image."""
    result = image.copy()
    x, y = max(left, 0), max(top, 0)
    right, bottom = min(left + alpha.shape[1], image.shape[1]), min(top + alpha.shape[0], image.shape[0])
    if right <= x or bottom <= y:
        return result
    part = slice(y - top, bottom - top), slice(x - left, right - left)
    under = result[y:bottom, x:right].astype(np.float32)
    mixed = under + (rgb[part] - under) * alpha[part][..., None]
    result[y:bottom, x:right] = np.clip(np.round(mixed), 0, 255).astype(np.uint8)
    return result
