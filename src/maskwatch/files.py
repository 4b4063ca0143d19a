"""Files and folders that users name: opened with clear errors, written as a whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from maskwatch.errors import SinkError, SourceError, UsageError

CHOOSE_ANOTHER = "free space there or choose another place"


def open_file(path: Path | str) -> BinaryIO:
    """Open an ordinary file for reading.

    Raises:
        SourceError: when it is missing, unreadable, or a folder, pipe or device, which might never end.
    """
    try:
        if stat.S_ISREG(Path(path).stat().st_mode):
            return Path(path).open("rb")
    except (OSError, ValueError) as error:  # ValueError: a path with a null byte
        reason = (os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)).lower()
        raise SourceError(f"{path}: cannot be opened ({reason}); check the path") from error
    raise SourceError(f"{path}: not an ordinary file; give an image or a video")


class explained:  # noqa: N801 - reads as a phrase: with explained(path)
    """Turn an ``OSError`` inside the block into a `SinkError` that names ``path`` and says what to do."""

    def __init__(self, path: Path, hint: str = CHOOSE_ANOTHER) -> None:
        self._path, self._hint = path, hint

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, OSError):
            reason = error.strerror or (os.strerror(error.errno) if error.errno else " ".join(str(error).split())[:120])
            raise SinkError(f"{self._path}: cannot be written ({reason}); {self._hint}") from error


@contextmanager
def replacing(path: Path, hint: str = CHOOSE_ANOTHER) -> Iterator[Path]:
    """A temporary file beside ``path`` that replaces it when the block ends without an error.

    The temporary name keeps the suffix, since some writers choose the format by it. The folder is created if needed.

    Args:
        path: the file to write.
        hint: what the user can do when it cannot be written.

    Raises:
        SinkError: when it cannot be written, as on a full disk; the old file stays and the temporary one is removed.
    """
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        with explained(path, hint):
            path.parent.mkdir(parents=True, exist_ok=True)
            yield part
            part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def write_new(file: Path, text: str) -> None:
    """Write a UTF-8 text file that does not exist yet, in one step.

    Raises:
        UsageError: when the file exists.
        SinkError: when it cannot be written.
    """
    if file.exists():
        raise UsageError(f"{file}: exists; name a new file")
    with replacing(file) as part:
        part.write_text(text, encoding="utf-8")


def check_free(folder: Path) -> None:
    """Check, before long work, that its results can go into ``folder``.

    Raises:
        UsageError: when it is a file or a folder that is not empty.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder}: exists and is not empty; name a new folder")


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A temporary folder beside ``folder`` that gets its name when the block ends without an error.

    Args:
        folder: must not exist, or be empty.

    Raises:
        UsageError: when ``folder`` holds something already.
        SinkError: when it cannot be written; the temporary folder is removed.
    """
    check_free(folder)
    with explained(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as name:
            part = Path(name) / "part"
            part.mkdir()
            yield part
            if folder.exists():
                folder.rmdir()
            part.replace(folder)
