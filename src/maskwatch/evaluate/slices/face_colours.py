"""Mask colour and skin tone, measured on pixels. Both are rough, since light and camera change them."""

from __future__ import annotations

from math import atan2, degrees, hypot

import numpy as np
from numpy.typing import NDArray

from maskwatch.frames import Image

NOT_MEASURED = "not measured"
MASK_COLOURS = ("white", "light blue", "black", "other")
SKIN_TONES = ("light", "intermediate", "tan", "dark")
_SKIN_LIMITS = (41.0, 28.0, 10.0)
"""Lowest individual typology angle of the first three tones, in degrees (Chardon et al. 1991, with the two lightest and
the two darkest of the six classes merged)."""
_LOWER_FACE = (0.25, 0.6, 0.75, 0.9)
_UPPER_FACE = (0.25, 0.05, 0.75, 0.45)
"""Parts of a box as fractions of its sides: x_min, y_min, x_max, y_max."""
_SMALLEST = 16
"""Shorter side of a face in pixels below which nothing is measured."""
_SKIN_CHROMA = 6.0


def mask_colour(image: Image, box: NDArray[np.float32]) -> str:
    """One of `MASK_COLOURS`, by the median colour of the lower face; `NOT_MEASURED` for faces below 16 px.

    In CIELAB, black has lightness below 30 and chroma below 20; light blue has lightness 45 or more, chroma 6 or more
    and a hue of 180 to 290 degrees; white has lightness 60 or more and chroma below 10. A blue mask in warm light
    counts as white or other.

    Args:
        image: RGB uint8 (H, W, 3).
        box: float32 (4,), the face.
    """
    pixels = _pixels(image, box, _LOWER_FACE)
    if not len(pixels):
        return NOT_MEASURED
    lightness, a, b = (float(value) for value in np.median(pixels, axis=0))
    chroma, hue = hypot(a, b), degrees(atan2(b, a)) % 360
    if lightness < 30 and chroma < 20:
        return "black"
    if lightness >= 45 and chroma >= 6 and 180 <= hue <= 290:
        return "light blue"
    return "white" if lightness >= 60 and chroma < 10 else "other"


def skin_tone(image: Image, box: NDArray[np.float32]) -> str:
    """One of `SKIN_TONES`, by the individual typology angle of the upper face, arctan((L* - 50) / b*).

    The median is over pixels of medium brightness, without the darkest (hair, brows, eyes) and the brightest
    (highlights). `NOT_MEASURED` for faces below 16 px and without skin colour, as in greyscale images.

    Args:
        image: RGB uint8 (H, W, 3).
        box: float32 (4,), the face.
    """
    pixels = _pixels(image, box, _UPPER_FACE)
    if not len(pixels):
        return NOT_MEASURED
    low, high = np.percentile(pixels[:, 0], [40, 90])
    middle = pixels[(pixels[:, 0] >= low) & (pixels[:, 0] <= high)]
    lightness, a, b = (float(value) for value in np.median(middle, axis=0))
    if hypot(a, b) < _SKIN_CHROMA or b <= 0:
        return NOT_MEASURED
    angle = degrees(atan2(lightness - 50, b))
    return next((tone for tone, limit in zip(SKIN_TONES, _SKIN_LIMITS, strict=False) if angle > limit), SKIN_TONES[-1])


def _pixels(image: Image, box: NDArray[np.float32], part: tuple[float, float, float, float]) -> NDArray[np.float32]:
    """CIELAB pixels (K, 3) of a part of a face; none if the face is small or outside the image."""
    import cv2

    size = box[2:] - box[:2]
    if size.min() < _SMALLEST:
        return np.zeros((0, 3), np.float32)
    corners = np.tile(box[:2], 2) + np.tile(size, 2) * np.array(part)
    left, top, right, bottom = (max(0, round(float(value))) for value in corners)
    region = image[top:bottom, left:right]
    if not region.size:
        return np.zeros((0, 3), np.float32)
    lab = cv2.cvtColor(np.ascontiguousarray(region, np.float32) / 255, cv2.COLOR_RGB2LAB)
    return np.asarray(lab.reshape(-1, 3), np.float32)
