"""Images that a visitor brings: read once, then kept small, in memory only."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import numpy as np

from maskwatch.frames import Image
from maskwatch.images import SUFFIXES, read_image

MAX_PIXELS = 100_000_000
"""Larger images are refused: decoding this one takes about 600 MB for a moment."""
VIEW_SIDE, THUMB_SIDE = 2048, 480
"""Pixels of the longer side of what is shown large and small."""
TYPES = tuple(sorted(suffix.removeprefix(".") for suffix in SUFFIXES))
"""What the file dialogue offers. Without HEIC in it, iPhones send JPEG by themselves."""

FULL_SIZE = threading.Lock()
"""Held while an image lies in memory in full size, so that many visitors need no more memory than one."""


@dataclass(frozen=True)
class Upload:
    """A file as it came.

    Attributes:
        name: as the visitor calls it; never used as a path.
        content: its bytes.
    """

    name: str
    content: bytes

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return sha256(self.content).hexdigest()

    def image(self) -> Image:
        """The image in full size, RGB uint8 (H, W, 3).

        Raises:
            ImageDecodeError: when it is none, damaged, or too large; the text names it and says what to do.
        """
        return read_image(self.content, name=self.name, max_pixels=MAX_PIXELS)


@dataclass(frozen=True)
class ImageCopies:
    """What is kept of an image to show it: its size, and two small copies as JPEG.

    Attributes:
        width, height: of the original, pixels.
        view: longer side at most `VIEW_SIDE`.
        thumb: longer side at most `THUMB_SIDE`.
    """

    width: int
    height: int
    view: bytes
    thumb: bytes

    @property
    def megapixels(self) -> float:
        """Of the original."""
        return self.width * self.height / 1e6


def kept(image: Image) -> ImageCopies:
    """Small copies of an image, RGB uint8 (H, W, 3)."""
    height, width = image.shape[:2]
    view = shrunk(image, VIEW_SIDE)
    return ImageCopies(width, height, jpeg(view), jpeg(shrunk(view, THUMB_SIDE)))


def shrunk(image: Image, side: int) -> Image:
    """The image with its longer side at most ``side`` pixels."""
    import cv2

    scale = side / max(image.shape[:2])
    if scale >= 1:
        return image
    size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def jpeg(image: Image, quality: int = 90) -> bytes:
    """RGB uint8 (H, W, 3) as the bytes of a JPEG file."""
    from PIL import Image as pil

    content = io.BytesIO()
    pil.fromarray(image).save(content, "JPEG", quality=quality)
    return content.getvalue()
