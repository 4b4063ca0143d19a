"""A folder of results that is written as a whole or not at all, and never over what is there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from maskwatch.errors import SinkError, UsageError


def check_free(folder: Path) -> None:
    """Make sure, before long work, that its result will have a place.

    Raises:
        UsageError: when ``folder`` holds something already, or is a file.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder}: exists and is not empty; name a new folder")


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A folder to write into, which gets its name only when all went well.

    Args:
        folder: where the result is to lie; may exist when it is empty.

    Yields:
        A temporary folder beside it. When the block is left by an exception, it is removed.

    Raises:
        UsageError: when ``folder`` holds something already.
        SinkError: when it cannot be written.
    """
    check_free(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as name:
            part = Path(name) / "part"
            part.mkdir()
            yield part
            if folder.exists():
                folder.rmdir()
            part.replace(folder)
    except OSError as error:
        raise SinkError(f"{folder}: cannot be written ({error.strerror or error}); name another place") from error
