"""The stored pixels that boxes were drawn on, and their number."""

from __future__ import annotations

import warnings
from pathlib import Path

from maskwatch.data.dataset import LabelledImage
from maskwatch.errors import DataError, SourceError
from maskwatch.files import open_file
from maskwatch.frames import Image
from maskwatch.images import FORMATS, read_image


def stored_size(path: Path) -> tuple[int, int]:
    """Width and height in pixels as stored, from the header alone, before any turning by the EXIF tag.

    Raises:
        DataError: when the file is missing or is no picture.
    """
    from PIL import Image as pil

    try:
        with open_file(path) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with pil.open(file, formats=FORMATS) as opened:
                return int(opened.width), int(opened.height)
    except SourceError as error:
        raise DataError(f"{path}: the picture is missing; put it there or remove its annotation") from error
    except Exception as error:  # Pillow lets through what its parsers trip over: struct.error, KeyError and more
        raise DataError(f"{path}: not a picture in a known format; replace it or remove its annotation") from error


def labelled_pixels(labelled: LabelledImage) -> Image:
    """The picture (H, W, 3) in the position in which its boxes were drawn, told by the annotated size.

    Raises:
        SourceError: when the picture cannot be read.
        DataError: when it has another size than its annotation says.
    """
    stored = read_image(labelled.path, apply_orientation=False)
    for image in (stored, *_turned(stored, labelled)):
        if image.shape[:2] == (labelled.height, labelled.width):
            return image
    height, width = stored.shape[:2]
    raise DataError(
        f"{labelled.path}: {width} x {height} pixels, but its annotation says {labelled.width} x {labelled.height}; "
        "mend the one or the other"
    )


def _turned(stored: Image, labelled: LabelledImage) -> list[Image]:
    if stored.shape[:2] != (labelled.width, labelled.height):
        return []
    return [read_image(labelled.path)]
