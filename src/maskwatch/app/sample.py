"""The picture that the page shows before a visitor brings one; made on the spot."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache

from maskwatch.app.pictures import Upload
from maskwatch.demo import demo_pictures
from maskwatch.demo_drawn import drawn_people
from maskwatch.errors import MissingExtraError
from maskwatch.frames import Image
from maskwatch.sinks.pictures import write_picture


@dataclass(frozen=True)
class Sample:
    """A picture to begin with.

    Attributes:
        upload: the picture as a PNG file.
        words: what it is made of.
    """

    upload: Upload
    words: str


@cache
def sample() -> Sample:
    """NASA's portrait of an astronaut with masks drawn on, or, without scikit-image, three drawn people."""
    try:
        picture = demo_pictures()[-1]
        words = "NASA's portrait of the astronaut Eileen Collins (public domain), with masks drawn on."
    except MissingExtraError:
        picture = drawn_people()
        words = "Three drawn people. (With pip install 'maskwatch[demo]' it is a photograph.)"
    return Sample(Upload("sample.png", _png(picture.image)), words)


def _png(image: Image) -> bytes:
    content = io.BytesIO()
    write_picture(image, content, ".png")
    return content.getvalue()
