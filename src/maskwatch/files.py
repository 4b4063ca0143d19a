"""Files and folders that users name: clear errors, safe and unique names, written as a whole or not at all."""

from __future__ import annotations

import os
import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO
from urllib.parse import urlsplit

from maskwatch.errors import SinkError, SourceError, UsageError

CHOOSE_ANOTHER = "free space there or choose another place"
_LONGEST_STEM = 150


def open_file(path: Path | str) -> BinaryIO:
    """Open a regular file for reading.

    Raises:
        SourceError: when it is missing, unreadable, a folder, or a pipe or device, which might never end.
    """
    try:
        if stat.S_ISREG(Path(path).stat().st_mode):
            return Path(path).open("rb")
    except (OSError, ValueError) as error:  # ValueError: a path with a null byte
        reason = (os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)).lower()
        raise SourceError(f"{path}: cannot be opened ({reason}); check the path") from error
    raise SourceError(f"{path}: not a regular file; give an image or a video")


class explained:  # noqa: N801 - reads as a phrase: with explained(path)
    """Turn an ``OSError`` in the block into a `SinkError` that names ``path`` and says what to do."""

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

    The folder is created if needed.

    Args:
        path: the file to write.
        hint: what the user can do when it cannot be written.

    Raises:
        SinkError: when it cannot be written, as on a full disk; the old file stays and the temporary one is deleted.
    """
    part = part_of(path)
    try:
        with explained(path, hint):
            path.parent.mkdir(parents=True, exist_ok=True)
            yield part
            part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def part_of(path: Path) -> Path:
    """The temporary name of a file; it keeps the suffix, by which some writers choose the format."""
    return path.with_name(f".{path.stem}.part{path.suffix}")


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
    """Check, before long work, that ``folder`` can take its results.

    Raises:
        UsageError: when it is a file or a folder that is not empty.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder}: exists and is not empty; name a new folder")


def check_writable(folder: Path) -> None:
    """Create ``folder`` and check that files can be written into it.

    Raises:
        SinkError: when they cannot.
    """
    probe = folder / ".maskwatch-probe.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        raise SinkError(f"{folder}: no files can be written there ({reason}); choose another folder") from error


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A temporary folder beside ``folder`` that takes its name when the block ends without an error.

    Args:
        folder: must be empty, if it exists.

    Raises:
        UsageError: when ``folder`` is not empty.
        SinkError: when it cannot be written; the temporary folder is deleted.
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


def safe_stem(source: str) -> str:
    """The name of a source without folder and suffix, valid on any file system; an address loses its password."""
    if "://" in source:
        parts = urlsplit(source)
        path = Path(parts.path)
        stem = "_".join([parts.hostname or "stream", *path.parts[1:-1], *filter(None, [path.stem])])
    else:
        stem = Path(source).stem if Path(source).name else source
    clean = re.sub(r'[\x00-\x1f<>:"/\\|?*\ud800-\udfff]', "_", stem).strip(" .")
    return clean.encode()[:_LONGEST_STEM].decode(errors="ignore") or "unnamed"


class UniqueNames:
    """Assigns file names that are free and were not assigned before: ``a.jpg``, ``a-2.jpg``, ... Case is ignored.

    Args:
        folder: files in this folder count as taken; None ignores the disk.
        by_stem: names that differ only in their suffix count as the same, since label files have the stem of their
            image.
    """

    def __init__(self, folder: Path | None = None, *, by_stem: bool = False) -> None:
        self._folder, self._by_stem = folder, by_stem
        self._assigned: set[str] = set()
        self._next: dict[tuple[str, str], int] = {}

    def take(self, stem: str, suffix: str, *others: str) -> Path:
        """The first free path ``stem`` + ``suffix``; the name must also be free with each suffix of ``others``."""
        number = self._next.get((stem, suffix), 1)
        while True:
            numbered = stem if number == 1 else f"{stem}-{number}"
            number += 1
            if all(self._is_free(numbered, each) for each in (suffix, *others)):
                self._next[stem, suffix] = number
                self._assigned.add(self._key(numbered, suffix))
                return (self._folder or Path()) / (numbered + suffix)

    def _is_free(self, stem: str, suffix: str) -> bool:
        on_disk = self._folder is not None and (self._folder / (stem + suffix)).exists()
        return self._key(stem, suffix) not in self._assigned and not on_disk

    def _key(self, stem: str, suffix: str) -> str:
        return (stem if self._by_stem else stem + suffix).casefold()
