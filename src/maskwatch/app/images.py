"""Uploaded images and their small copies, in memory only, and the sample image."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256

from maskwatch.demo import demo_images
from maskwatch.demo.drawn import drawn_people
from maskwatch.errors import MissingExtraError
from maskwatch.frames import Image
from maskwatch.images import SUFFIXES, read_image
from maskwatch.sinks.images import write_image
from maskwatch.sinks.resize import downscale

MAX_PIXELS = 100_000_000
"""Larger images are refused. Decoding an image of this size takes about 600 MB for a moment."""
VIEW_SIDE, THUMB_SIDE = 2048, 480
"""The longer side, in pixels, of the large and the small copy of an image."""
TYPES = tuple(sorted(suffix.removeprefix(".") for suffix in SUFFIXES))
"""Suffixes that the file dialogue offers. Without HEIC among them, iPhones convert to JPEG."""

FULL_SIZE = threading.Lock()
"""Held while an image is in memory at full size, so that many visitors need no more memory than one."""


@dataclass(frozen=True)
class Upload:
    """An uploaded file.

    Attributes:
        name: the visitor's name for it; never used as a path.
        content: its bytes.
    """

    name: str
    content: bytes

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return sha256(self.content).hexdigest()

    def image(self) -> Image:
        """The image at full size, RGB uint8 (H, W, 3).

        Raises:
            ImageDecodeError: when it is not an image, damaged, or too large.
        """
        return read_image(self.content, name=self.name, max_pixels=MAX_PIXELS)


@dataclass(frozen=True)
class ImageCopies:
    """The size of an image and two small JPEG copies of it.

    Attributes:
        width: of the original, pixels.
        height: of the original, pixels.
        view: longer side at most `VIEW_SIDE`.
        thumb: longer side at most `THUMB_SIDE`.
    """

    width: int
    height: int
    view: bytes
    thumb: bytes

    @property
    def megapixels(self) -> float:
        """Megapixels of the original."""
        return self.width * self.height / 1e6


def make_copies(image: Image) -> ImageCopies:
    """Small copies of an image, RGB uint8 (H, W, 3)."""
    height, width = image.shape[:2]
    view = limit_side(image, VIEW_SIDE)
    return ImageCopies(width, height, jpeg(view), jpeg(limit_side(view, THUMB_SIDE)))


def limit_side(image: Image, side: int) -> Image:
    """The image with its longer side scaled down to at most ``side`` pixels."""
    return downscale(image, side / max(image.shape[:2]))


def jpeg(image: Image, quality: int = 90) -> bytes:
    """RGB uint8 (H, W, 3) as a JPEG file in memory."""
    from PIL import Image as pil

    content = io.BytesIO()
    pil.fromarray(image).save(content, "JPEG", quality=quality)
    return content.getvalue()


@dataclass(frozen=True)
class SampleImage:
    """The image that the page shows at first.

    Attributes:
        upload: the image as a PNG file.
        words: a sentence about its origin.
    """

    upload: Upload
    words: str


@cache
def sample() -> SampleImage:
    """NASA's portrait of an astronaut with masks drawn on; without scikit-image, a drawing of three people."""
    try:
        image = demo_images()[-1].image
        words = "NASA's portrait of the astronaut Eileen Collins (public domain), with masks drawn on."
    except MissingExtraError:
        image = drawn_people().image
        words = "A drawing of three people. (pip install 'maskwatch[demo]' adds a photograph.)"
    content = io.BytesIO()
    write_image(image, content, ".png")
    return SampleImage(Upload("sample.png", content.getvalue()), words)
