"""Opening a file that a user named."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from maskwatch.errors import SourceError


def open_file(path: Path | str) -> BinaryIO:
    """Open an ordinary file for reading.

    Raises:
        SourceError: when there is none, it may not be read, or it is a folder, a pipe or a device, which might
            never end.
    """
    try:
        if stat.S_ISREG(Path(path).stat().st_mode):
            return Path(path).open("rb")
    except (OSError, ValueError) as error:  # ValueError: a path with a null byte
        reason = (os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)).lower()
        raise SourceError(f"{path}: cannot be opened ({reason}); check the path") from error
    raise SourceError(f"{path}: not an ordinary file; give a picture or a video")
