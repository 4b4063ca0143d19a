"""Boxes with captions, as other detectors draw them, over faces in training.

Screen recordings, stock footage and annotated videos contain them. Without such samples, a network mistakes a caption
across the chin for a mask.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from maskwatch.frames import Image

_WORDS = ("face", "person 0.87", "id 12", "OK", "ALERT", "mask", "no mask", "cam 3", "98%", "detected")


def draw_frame(image: Image, box: NDArray[np.float32], rng: np.random.Generator) -> Image:
    """A copy of the image with a frame around a face, or part of it, usually with a caption.

    Args:
        image: RGB uint8 (H, W, 3).
        box: float32 (4,), the face in pixels.
        rng: random generator for place, colour and words.
    """
    result = image.copy()
    size = box[2:] - box[:2]
    low = box[:2] + rng.uniform([-0.3, -0.3], [0.25, 0.65]) * size
    high = box[2:] + rng.uniform([-0.25, -0.15], [0.3, 0.3]) * size
    colour = tuple(int(v) for v in rng.integers(0, 256, 3))
    line = max(1, round(float(min(size)) * rng.uniform(0.01, 0.04)))
    (x1, y1), (x2, y2) = (tuple(int(v) for v in np.round(point)) for point in (low, high))
    cv2.rectangle(result, (x1, y1), (x2, y2), colour, line)
    if rng.random() < 0.75:
        _caption(result, (x1, y1), float(min(size)) * rng.uniform(0.12, 0.22), colour, rng)
    return result


def _caption(
    image: Image, corner: tuple[int, int], height: float, colour: tuple[int, ...], rng: np.random.Generator
) -> None:
    """Draw words above the upper left corner, usually on a background of the frame's colour; in place."""
    words, scale = _WORDS[rng.integers(len(_WORDS))], max(height / 36, 0.2)
    (width, tall), below = cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
    x, y = corner
    if rng.random() < 0.7:
        cv2.rectangle(image, (x, y - tall - below - 2), (x + width + 4, y), colour, -1)
    ink = (255, 255, 255) if sum(colour) < 400 else (0, 0, 0)
    cv2.putText(
        image, words, (x + 2, y - below), cv2.FONT_HERSHEY_SIMPLEX, scale, ink, max(1, round(scale)), cv2.LINE_AA
    )
