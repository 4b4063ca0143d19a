"""Images in the orientation to which their boxes refer, and their sizes."""

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
    """Width and height in pixels as stored, before EXIF rotation. Only the header is read.

    Raises:
        DataError: when the file is missing or no image.
    """
    return _size(path, upright=False)


def upright_size(path: Path) -> Size:
    """Width and height in pixels after EXIF rotation. Only the header is read.

    Raises:
        DataError: when the file is missing or no image.
    """
    return _size(path, upright=True)


def _size(path: Path, *, upright: bool) -> Size:
    from PIL import Image as pil

    try:
        with open_file(path) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with pil.open(file, formats=FORMATS) as opened:
                # Pillow rotates TIFF images itself
                swapped = upright and opened.format != "TIFF" and orientation_of(opened) in {5, 6, 7, 8}
                return (opened.height, opened.width) if swapped else (opened.width, opened.height)
    except SourceError as error:
        raise DataError(f"{path}: the image is missing; add it or remove its annotation") from error
    except Exception as error:  # Pillow raises many exceptions: struct.error, KeyError and more
        raise DataError(f"{path}: not a readable image; replace it or remove its annotation") from error


def check_sizes(images: Iterable[LabelledImage]) -> None:
    """Check, before long work, that images have the sizes in their annotations.

    Raises:
        DataError: when one has a different size, is missing or no image.
    """
    for labelled in images:
        wanted = (labelled.width, labelled.height)
        if not labelled.upright and stored_size(labelled.path) == wanted:
            continue
        size = upright_size(labelled.path)
        if size != wanted:
            raise _other_size(labelled, size)


def labelled_pixels(labelled: LabelledImage) -> Image:
    """The image (H, W, 3) in the orientation to which its boxes refer.

    This is after EXIF rotation if the label is ``upright``. Otherwise it is as stored, or after EXIF rotation if only
    that has the annotated size.

    Raises:
        SourceError: when the image cannot be read.
        DataError: when its size differs from its annotation.
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
        "fix one of them"
    )
