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


class UniqueNames:
    """Gives each image a file name of its own: stems are unique without regard to case in each folder."""

    def __init__(self) -> None:
        self._taken: set[tuple[str, str]] = set()

    def take(self, path: Path, folder: str = "") -> str:
        """The file's own name where it is free in ``folder``, else the name with a number before the suffix."""
        stem, number = path.stem, 1
        while (folder, stem.lower()) in self._taken:
            number += 1
            stem = f"{path.stem}-{number}"
        self._taken.add((folder, stem.lower()))
        return stem + path.suffix
