"""The one image decoder: a path, bytes or a PIL image to RGB uint8."""

from __future__ import annotations

import io
import struct
import warnings
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from maskwatch.errors import ImageDecodeError
from maskwatch.files import open_file
from maskwatch.frames import Image

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF")
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif", ".jpe", ".jfif"})
MAX_PIXELS = 178_956_970
"""Larger images are refused before any of their pixels is decoded. Pillow refuses from here on by itself, with a
limit that is a global of the process; this one holds even where another part of the program has lifted that."""

_HEIC = frozenset(b"ftyp" + brand for brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))
"""The brands at the start of the file, ISO/IEC 23008-12, annex B; AVIF has others."""
_ORIENTATION = 0x0112  # EXIF 2.3, 4.6.4 A


def read_image(
    source: Path | str | bytes | PilImage,
    *,
    apply_orientation: bool = True,
    name: str = "image",
    max_pixels: int = MAX_PIXELS,
) -> Image:
    """Decode one image; of an animation, the first frame.

    Args:
        source: path, encoded bytes, or a PIL image.
        apply_orientation: turn the image as its EXIF tag says. Pillow itself turns TIFF images in any case.
            An EXIF block that cannot be read counts as none.
        name: what messages call an image that is no file.
        max_pixels: refuse larger images, before any of their pixels is decoded; at most ``MAX_PIXELS``.

    Returns:
        RGB uint8 (H, W, 3), contiguous, writable. Transparent parts lie on white; 16-bit values are scaled down.

    Raises:
        SourceError: when the file cannot be opened.
        ImageDecodeError: when it is no complete image of a known format, or has over ``max_pixels`` pixels.
    """
    if isinstance(source, Path | str):
        with open_file(source) as file:
            return _read_file(file, str(source), apply_orientation, max_pixels)
    if isinstance(source, bytes):
        return _read_file(io.BytesIO(source), name, apply_orientation, max_pixels)
    return _decode(source, name, apply_orientation, max_pixels)


def _read_file(file: BinaryIO, name: str, apply_orientation: bool, max_pixels: int) -> Image:
    from PIL import Image as pil
    from PIL import UnidentifiedImageError

    if not file.read(1):
        raise ImageDecodeError(f"{name}: empty file (0 bytes); get a whole copy")
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened = pil.open(file, formats=FORMATS)
    except UnidentifiedImageError as error:
        raise ImageDecodeError(f"{name}: {_unknown(file)}") from error
    except pil.DecompressionBombError as error:
        raise ImageDecodeError(f"{name}: over the limit of {max_pixels:,} pixels; make it smaller") from error
    except Exception as error:  # Pillow lets through what its parsers trip over: struct.error, KeyError and more
        raise _damaged(name, error) from error
    with closing(opened):
        image = _decode(opened, name, apply_orientation, max_pixels)
        if opened.format == "PNG" and not _png_ends(file):
            raise ImageDecodeError(f"{name}: damaged or incomplete (the end is missing); get a whole copy")
        return image


def _decode(opened: PilImage, name: str, apply_orientation: bool, max_pixels: int) -> Image:
    if opened.width * opened.height > min(max_pixels, MAX_PIXELS):
        raise ImageDecodeError(
            f"{name}: {opened.width} x {opened.height} pixels, over the limit of {max_pixels:,}; make it smaller"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened.load()
            turned = _upright(opened) if apply_orientation else opened
            return np.array(_to_rgb(turned), np.uint8)
    except MemoryError as error:
        size = f"{opened.width} x {opened.height}"
        raise ImageDecodeError(f"{name}: {size} pixels are too many for the free memory; make it smaller") from error
    except Exception as error:  # as above; whatever it is, this image cannot be read and the next can
        raise _damaged(name, error) from error


def _unknown(file: BinaryIO) -> str:
    """What a file is that Pillow does not know, and what to do about it."""
    file.seek(4)
    if file.read(8) in _HEIC:
        return "a HEIC image, which is not read; export it as JPEG (iPhone: Settings, Camera, Formats)"
    return f"not a whole image in a known format ({', '.join(FORMATS)}); convert or replace it"


def orientation_of(image: PilImage) -> int:
    """The EXIF orientation, 1 to 8, of an opened image; 1, as stored, where there is none."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001  a broken EXIF block says nothing about the pixels, which are whole
        return 1


def _upright(image: PilImage) -> PilImage:
    from PIL.Image import Transpose

    orientation = orientation_of(image)
    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(turns[orientation]) if orientation in turns else image


def _to_rgb(image: PilImage) -> PilImage:
    from PIL import Image as pil

    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        return pil.fromarray(_to_8_bit(np.asarray(image))).convert("RGB")
    if image.mode == "La":
        image = image.convert("LA")
    if image.mode in {"RGBA", "LA", "PA", "RGBa"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        return pil.alpha_composite(pil.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return image.convert("RGB")


def _to_8_bit(values: np.ndarray) -> Image:
    """Grey values (H, W) to uint8: 16-bit ones by their upper byte, floats from 0..1 or 0..255 as they are.

    32-bit whole numbers are 16-bit ones in a wider type, unless none is over 255.
    """
    if values.dtype.kind == "f":
        values = np.nan_to_num(values) * (255 if np.nanmax(values, initial=0) <= 1 else 1)
        return np.asarray(np.clip(np.rint(values), 0, 255), np.uint8)
    if values.dtype.itemsize > 2 and values.max(initial=0) <= 255:
        return np.asarray(np.clip(values, 0, 255), np.uint8)
    return np.asarray(np.clip(values, 0, 65535) >> 8, np.uint8)


def _png_ends(file: BinaryIO) -> bool:
    """Whether the chunks of a PNG file lead up to its end mark; Pillow does not mind when the last ones are missing."""
    file.seek(8)
    while len(header := file.read(8)) == 8:
        length, kind = struct.unpack(">I4s", header)
        if kind == b"IEND":
            return len(file.read(4)) == 4
        file.seek(length + 4, io.SEEK_CUR)
    return False


def _damaged(name: str, error: BaseException) -> ImageDecodeError:
    reason = " ".join(str(error).split())[:120] or type(error).__name__
    return ImageDecodeError(f"{name}: damaged or incomplete ({reason}); get a whole copy")
