"""Image degradations by cameras and codecs: light, colour, blur, noise and JPEG compression."""

from __future__ import annotations

import cv2
import numpy as np

from maskwatch.frames import Image


def degrade(image: Image, rng: np.random.Generator) -> Image:
    """A copy with random light, colour cast, greyscale or swapped channels, blur, noise and JPEG compression."""
    if rng.random() < 0.8:
        image = _light(image, rng)
    if rng.random() < 0.1:
        image = np.repeat(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    elif rng.random() < 0.03:
        image = np.ascontiguousarray(image[..., ::-1])
    if rng.random() < 0.12:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.6)), np.uint8)
    if rng.random() < 0.1:
        noise = rng.normal(0, rng.uniform(2, 12), image.shape)
        image = np.clip(image + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.2:
        _, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 90))])
        image = np.asarray(cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED), np.uint8)
    return image


def _light(image: Image, rng: np.random.Generator) -> Image:
    """Change exposure, contrast, gamma and colour cast by one table for each channel, then saturation."""
    levels = np.arange(256, dtype=np.float32) / 255
    gamma, contrast, shift = 2 ** rng.uniform(-0.7, 0.7), rng.uniform(0.65, 1.45), rng.uniform(-0.18, 0.18)
    curve = (levels**gamma - 0.5) * contrast + 0.5 + shift
    tables = curve[:, None] * rng.uniform(0.88, 1.12, 3)
    lit = cv2.LUT(image, np.clip(tables * 255, 0, 255).astype(np.uint8)[None])
    grey = np.repeat(cv2.cvtColor(lit, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    amount = rng.uniform(0.6, 1.3)
    return np.asarray(cv2.addWeighted(lit, amount, grey, 1 - amount, 0), np.uint8)
