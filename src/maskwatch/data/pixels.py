"""The size of a stored picture, read from its header alone."""

from __future__ import annotations

import warnings
from pathlib import Path

from maskwatch.errors import DataError
from maskwatch.images import FORMATS


def stored_size(path: Path) -> tuple[int, int]:
    """Width and height in pixels as stored, before any turning by the EXIF tag.

    Raises:
        DataError: when the file is missing or is no picture.
    """
    from PIL import Image as pil

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", pil.DecompressionBombWarning)
            with pil.open(path, formats=FORMATS) as opened:
                return int(opened.width), int(opened.height)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise DataError(f"{path}: the picture is missing; put it there or remove its annotation") from error
    except (OSError, ValueError, SyntaxError, pil.DecompressionBombError) as error:
        raise DataError(f"{path}: not a picture in a known format; replace it or remove its annotation") from error
