"""Generated images with individual detail, as different from each other as photographs."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image as pil

from maskwatch.frames import Image


def photo(seed: int, width: int = 120, height: int = 150) -> Image:
    """Coarse and fine blobs and a few hard-edged shapes, determined by the seed."""
    random = np.random.default_rng(seed)
    image = np.zeros((height, width, 3))
    for cells, weight in ((4, 90), (9, 50), (20, 40), (45, 25)):
        noise = random.integers(0, 256, (cells, cells, 3)).astype(np.uint8)
        scaled = pil.fromarray(noise).resize((width, height), pil.Resampling.BICUBIC)
        image += (np.asarray(scaled).astype(float) - 127.5) / 127.5 * weight
    image = np.clip(image + 127, 0, 255).astype(np.uint8)
    for _ in range(5):
        x, y = random.integers(0, width - 20), random.integers(0, height - 20)
        image[y : y + random.integers(6, 30), x : x + random.integers(6, 30)] = random.integers(0, 256, 3)
    return image


def save(image: Image, path: Path, quality: int = 92) -> Path:
    """Write an image as JPEG or, with another suffix, without loss; create its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    photo = pil.fromarray(np.ascontiguousarray(image))
    if path.suffix == ".jpg":
        photo.save(path, quality=quality)
    else:
        photo.save(path)
    return path


def saved_again(image: Image, quality: int) -> Image:
    """The image after JPEG compression."""
    content = io.BytesIO()
    pil.fromarray(np.ascontiguousarray(image)).save(content, "JPEG", quality=quality)
    return np.asarray(pil.open(content).convert("RGB"))


def save_turned(image: Image, path: Path, orientation: int) -> Path:
    """Write an image as a rotated camera stores it: its EXIF orientation restores ``image``."""
    turn = {
        2: pil.Transpose.FLIP_LEFT_RIGHT,
        3: pil.Transpose.ROTATE_180,
        4: pil.Transpose.FLIP_TOP_BOTTOM,
        5: pil.Transpose.TRANSPOSE,
        6: pil.Transpose.ROTATE_90,
        7: pil.Transpose.TRANSVERSE,
        8: pil.Transpose.ROTATE_270,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    stored = pil.fromarray(np.ascontiguousarray(image))
    exif = pil.Exif()
    exif[0x0112] = orientation
    (stored.transpose(turn[orientation]) if orientation in turn else stored).save(path, exif=exif)
    return path
