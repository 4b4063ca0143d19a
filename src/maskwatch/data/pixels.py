"""The pixels that boxes were drawn on, and their number."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path

from maskwatch.data.dataset import LabelledImage
from maskwatch.errors import DataError, SourceError
from maskwatch.files import open_file
from maskwatch.frames import Image
from maskwatch.images import FORMATS, orientation_of, read_image

Size = tuple[int, int]
"""Width and height in pixels."""


def stored_size(path: Path) -> Size:
    """Width and height in pixels as stored, from the header alone, before any turning by the EXIF tag.

    Raises:
        DataError: when the file is missing or is no image.
    """
    return _size(path, upright=False)


def upright_size(path: Path) -> Size:
    """Width and height in pixels after turning by the EXIF tag, from the header alone.

    Raises:
        DataError: when the file is missing or is no image.
    """
    return _size(path, upright=True)


def _size(path: Path, *, upright: bool) -> Size:
    from PIL import Image as pil

    try:
        with open_file(path) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with pil.open(file, formats=FORMATS) as opened:
                # Pillow turns TIFF images by itself
                turned = upright and opened.format != "TIFF" and orientation_of(opened) in {5, 6, 7, 8}
                return (opened.height, opened.width) if turned else (opened.width, opened.height)
    except SourceError as error:
        raise DataError(f"{path}: the image is missing; put it there or remove its annotation") from error
    except Exception as error:  # Pillow lets through what its parsers trip over: struct.error, KeyError and more
        raise DataError(f"{path}: not an image in a known format; replace it or remove its annotation") from error


def check_sizes(images: Iterable[LabelledImage]) -> None:
    """Make sure, before long work, that images have the sizes that their annotations say.

    Raises:
        DataError: when one has another size, is missing or is no image.
    """
    for labelled in images:
        wanted = (labelled.width, labelled.height)
        if not labelled.upright and stored_size(labelled.path) == wanted:
            continue
        size = upright_size(labelled.path)
        if size != wanted:
            raise _other_size(labelled, size)


def labelled_pixels(labelled: LabelledImage) -> Image:
    """The image (H, W, 3) in the position in which its boxes were drawn.

    That is upright, as the EXIF tag asks, where the labels say so. Otherwise it is as stored, or upright where only
    that fits the annotated size.

    Raises:
        SourceError: when the image cannot be read.
        DataError: when it has another size than its annotation says.
    """
    wanted = (labelled.height, labelled.width)
    image = read_image(labelled.path, apply_orientation=labelled.upright)
    if image.shape[:2] != wanted and image.shape[1::-1] == wanted and not labelled.upright:
        image = read_image(labelled.path)
    if image.shape[:2] != wanted:
        raise _other_size(labelled, (image.shape[1], image.shape[0]))
    return image


def _other_size(labelled: LabelledImage, size: Size) -> DataError:
    return DataError(
        f"{labelled.path}: {size[0]} x {size[1]} pixels, but its annotation says {labelled.width} x {labelled.height}; "
        "fix the one or the other"
    )
