"""Writing the files of a data set, never over what is there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from maskwatch.errors import SinkError


def place(source: Path, target: Path, *, link: bool) -> None:
    """Put an image into a new data set, as a copy or as a hard link (a second name for the same file).

    Raises:
        SinkError: when the two folders lie on different disks and a link was asked for.
        OSError: when it cannot be written.
    """
    if not link:
        shutil.copyfile(source, target)
        return
    try:
        os.link(source, target)
    except OSError as error:
        raise SinkError(f"{target}: no hard link possible ({error.strerror}); copy instead of --link") from error
