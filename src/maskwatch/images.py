"""The one picture decoder: a path, bytes or a PIL image to RGB uint8."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from maskwatch.errors import ImageDecodeError, SourceError
from maskwatch.frames import Image

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF", "MPO")
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif", ".jpe", ".jfif"})
MAX_PIXELS = 200_000_000
"""Larger pictures are refused before any of their pixels is decoded."""

_16_BIT_MODES = {"I;16", "I;16B", "I;16L", "I;16N", "I"}


def read_image(source: Path | str | bytes | PilImage, *, apply_orientation: bool = True) -> Image:
    """Decode one picture; of an animation, the first frame.

    Args:
        source: path, encoded bytes, or a PIL image.
        apply_orientation: turn the picture as its EXIF tag says.

    Returns:
        RGB uint8 (H, W, 3). Transparent parts lie on white; 16-bit values are scaled down.

    Raises:
        SourceError: when the file cannot be opened.
        ImageDecodeError: when it is no complete picture of a known format, or has over ``MAX_PIXELS`` pixels.
    """
    from PIL import Image as pil
    from PIL import ImageOps

    name = str(source) if isinstance(source, Path | str) else "picture"
    try:
        opened = _open(source)
        if opened.width * opened.height > MAX_PIXELS:
            raise ImageDecodeError(
                f"{name}: {opened.width} x {opened.height} pixels, more than the limit of {MAX_PIXELS:,}; make it smaller"
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened.load()
            if apply_orientation:
                opened = ImageOps.exif_transpose(opened)
            return np.ascontiguousarray(np.asarray(_to_rgb(opened), np.uint8))
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        raise SourceError(f"{name}: cannot be opened ({error.strerror}); check the path") from error
    except pil.UnidentifiedImageError as error:
        raise ImageDecodeError(f"{name}: not a picture in a known format ({', '.join(FORMATS)})") from error
    except (OSError, ValueError, SyntaxError, NotImplementedError, EOFError, pil.DecompressionBombError) as error:
        raise ImageDecodeError(f"{name}: damaged or incomplete ({_one_line(error)}); get a whole copy") from error


def _open(source: Path | str | bytes | PilImage) -> PilImage:
    from PIL import Image as pil

    if isinstance(source, pil.Image):
        return source
    # Our own limit, read from the header, replaces Pillow's, which is a global of the process.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pil.DecompressionBombWarning)
        return pil.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=FORMATS)


def _to_rgb(image: PilImage) -> PilImage:
    from PIL import Image as pil

    if image.mode in _16_BIT_MODES:
        values = np.asarray(image).astype(np.int64)
        return pil.fromarray((np.clip(values, 0, 65535) >> 8).astype(np.uint8)).convert("RGB")
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        return pil.alpha_composite(pil.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return image.convert("RGB")


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
