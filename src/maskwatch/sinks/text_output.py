"""Text output by whole rows, to a file or to standard output."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from maskwatch.files import explained, part_of

STDOUT = "-"


class TextOutput:
    """A text file that always ends with a whole row; a context manager.

    Args:
        path: the file, or ``"-"`` for standard output.
        at_once: write to ``path`` itself, so that other programs can read along. Otherwise write to a temporary file
            beside it, which is renamed when the block is left, also by an exception.

    Raises:
        SinkError: on entering or writing, when the file cannot be written.
    """

    def __init__(self, path: Path | str, *, at_once: bool) -> None:
        self._to_stdout = str(path) == STDOUT
        self.path = Path(path)
        self._at_once = at_once
        self._written_path = self.path
        self._file: BinaryIO | None = None
        self._good = 0

    def __enter__(self) -> Self:
        if not self._to_stdout:
            with explained(self.path):
                if self.path.is_dir():
                    raise IsADirectoryError(None, "is a folder, not a file")
                self._written_path = self.path if self._at_once else part_of(self.path)
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self._written_path.open("wb", buffering=0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is None:
            return
        with explained(self.path):
            self._file.close()
            if self._written_path != self.path:
                self._written_path.replace(self.path)

    def discard(self) -> None:
        """Close the file and delete what was written."""
        if self._file is not None:
            self._file.close()
            self._file = None
            with explained(self.path):
                self._written_path.unlink(missing_ok=True)

    def write(self, rows: str) -> None:
        """Write whole rows immediately; when the disk is full, none of them stays in the file."""
        if self._to_stdout:
            encoding = sys.stdout.encoding or "utf-8"
            sys.stdout.write(rows.encode(encoding, "backslashreplace").decode(encoding))
            sys.stdout.flush()
            return
        if self._file is None:
            raise ValueError("write() needs the with block")
        data = memoryview(rows.encode("utf-8", "backslashreplace"))
        with explained(self.path):
            try:
                while data:
                    data = data[self._file.write(data) or 0 :]
            except OSError:
                self._file.truncate(self._good)
                self._file.seek(self._good)
                raise
            self._good = self._file.tell()
