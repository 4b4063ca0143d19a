"""The image that the page shows before a visitor brings one; made on the spot."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache

from maskwatch.app.images import Upload
from maskwatch.demo import demo_images
from maskwatch.demo.drawn import drawn_people
from maskwatch.errors import MissingExtraError
from maskwatch.frames import Image
from maskwatch.sinks.images import write_image


@dataclass(frozen=True)
class Sample:
    """An image to begin with.

    Attributes:
        upload: the image as a PNG file.
        words: what it is made of.
    """

    upload: Upload
    words: str


@cache
def sample() -> Sample:
    """NASA's portrait of an astronaut with masks drawn on, or, without scikit-image, three drawn people."""
    try:
        image = demo_images()[-1]
        words = "NASA's portrait of the astronaut Eileen Collins (public domain), with masks drawn on."
    except MissingExtraError:
        image = drawn_people()
        words = "Three drawn people. (With pip install 'maskwatch[demo]' it is a photograph.)"
    return Sample(Upload("sample.png", _png(image.image)), words)


def _png(image: Image) -> bytes:
    content = io.BytesIO()
    write_image(image, content, ".png")
    return content.getvalue()
