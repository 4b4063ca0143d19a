"""The only image decoder: a path, bytes or a PIL image to RGB uint8."""

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
"""Larger images are refused before decoding. Pillow has the same limit, but as a global of the process; this one holds
even if another part of the program has lifted it."""

_HEIC = frozenset(b"ftyp" + brand for brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))
"""Brands at the start of HEIC files, ISO/IEC 23008-12, annex B; AVIF has others."""
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
        apply_orientation: apply the EXIF orientation. Pillow rotates TIFF images in any case. An unreadable EXIF
            block is ignored.
        name: name of the image in messages if it is not a file.
        max_pixels: larger images are refused before decoding; at most ``MAX_PIXELS``.

    Returns:
        RGB uint8 (H, W, 3), contiguous, writable. Transparent parts are placed on white; 16-bit values are scaled to
        8 bits.

    Raises:
        SourceError: when the file cannot be opened.
        ImageDecodeError: when it is not a complete image in a supported format, or has over ``max_pixels`` pixels.
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
        raise ImageDecodeError(f"{name}: empty file (0 bytes); copy or download it again")
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened = pil.open(file, formats=FORMATS)
    except UnidentifiedImageError as error:
        raise ImageDecodeError(f"{name}: {_unknown(file)}") from error
    except pil.DecompressionBombError as error:
        raise ImageDecodeError(f"{name}: over the limit of {max_pixels:,} pixels; make it smaller") from error
    except Exception as error:  # Pillow's parsers raise struct.error, KeyError and more
        raise _damaged(name, error) from error
    with closing(opened):
        image = _decode(opened, name, apply_orientation, max_pixels)
        if opened.format == "PNG" and not _png_ends(file):
            raise ImageDecodeError(
                f"{name}: file is damaged or truncated (the end is missing); copy or download it again"
            )
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
    except Exception as error:  # as above; only this image is lost
        raise _damaged(name, error) from error


def _unknown(file: BinaryIO) -> str:
    """The message for a file that Pillow does not recognise."""
    file.seek(4)
    if file.read(8) in _HEIC:
        return "a HEIC image, which is not read; export it as JPEG (iPhone: Settings, Camera, Formats)"
    return f"not a whole image in a known format ({', '.join(FORMATS)}); convert or replace it"


def orientation_of(image: PilImage) -> int:
    """The EXIF orientation of an opened image, 1 to 8; 1 (as stored) if there is none."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001  the pixels are intact even if the EXIF block is not
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
    """Grey values (H, W) as uint8: the upper byte of 16-bit integers, floats from 0..1 or 0..255.

    32-bit integers are taken as 16-bit values in a wider type, unless none is over 255.
    """
    if values.dtype.kind == "f":
        values = np.nan_to_num(values) * (255 if np.nanmax(values, initial=0) <= 1 else 1)
        return np.asarray(np.clip(np.rint(values), 0, 255), np.uint8)
    if values.dtype.itemsize > 2 and values.max(initial=0) <= 255:
        return np.asarray(np.clip(values, 0, 255), np.uint8)
    return np.asarray(np.clip(values, 0, 65535) >> 8, np.uint8)


def _png_ends(file: BinaryIO) -> bool:
    """Whether a PNG file is complete up to its end chunk; Pillow accepts files without the last chunks."""
    file.seek(8)
    while len(header := file.read(8)) == 8:
        length, kind = struct.unpack(">I4s", header)
        if kind == b"IEND":
            return len(file.read(4)) == 4
        file.seek(length + 4, io.SEEK_CUR)
    return False


def _damaged(name: str, error: BaseException) -> ImageDecodeError:
    reason = " ".join(str(error).split())[:120] or type(error).__name__
    return ImageDecodeError(f"{name}: file is damaged or truncated ({reason}); copy or download it again")
