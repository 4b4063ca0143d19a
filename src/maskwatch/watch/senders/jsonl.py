"""The sender that appends each event to a JSON Lines file and rotates full files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Literal

from pydantic import Field

from maskwatch.watch.events import Event
from maskwatch.watch.senders.base import BaseSender, SendError, SenderSettings, SenderType

_BLOCK = 65536


class JsonlSettings(SenderSettings):
    """A file with one line of JSON per event."""

    type: Literal["jsonl"] = Field(description="Selects this sender.")
    path: Path = Field(description="The file; its folder is created if needed.")
    max_mb: float = Field(default=10, gt=0, le=10000, description="Size in megabytes at which the file is rotated.")
    files: int = Field(
        default=5, ge=1, le=1000, description="Number of older files to keep, as PATH.1 (newest), PATH.2, ..."
    )


class JsonlSender(BaseSender):
    """Appends to a file; a full one becomes PATH.1, which becomes PATH.2, and so on.

    The file contains complete lines only: a line that a full disk or a crash truncated is removed and written again.

    Args:
        settings: of the sender.
    """

    batch = 100

    def __init__(self, settings: JsonlSettings) -> None:
        super().__init__(settings)
        self._path, self._files = settings.path, settings.files
        self._max_bytes = int(settings.max_mb * 1_000_000)
        self._file: BinaryIO | None = None

    def send(self, events: Sequence[Event]) -> None:
        """Append the lines and flush them to the disk."""
        lines = "".join(event.to_json() + "\n" for event in events).encode()
        try:
            self._append(lines)
        except OSError as error:
            self.close()
            raise self._cannot_write(error, "free space there") from error

    def check(self) -> str:
        """Open the file for writing."""
        try:
            self._file = self._open()
        except OSError as error:
            raise self._cannot_write(error, "choose another place") from error
        finally:
            self.close()
        return f"{self._path} can be written"

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _cannot_write(self, error: OSError, hint: str) -> SendError:
        return SendError(f"{self._path}: cannot be written ({str(error.strerror or error).lower()}); {hint}")

    def _append(self, lines: bytes) -> None:
        if self._file is None:
            self._file = self._open()
        if self._file.tell() and self._file.tell() + len(lines) > self._max_bytes:
            self.close()
            self._rotate()
            self._file = self._open()
        good = self._file.tell()
        try:
            rest = memoryview(lines)
            while rest:
                rest = rest[self._file.write(rest) :]
            os.fsync(self._file.fileno())
        except OSError:
            self._file.truncate(good)
            raise

    def _open(self) -> BinaryIO:
        """Open for appending; a truncated last line is removed."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("ab+", buffering=0)
        end = file.tell()
        while end:
            start = max(0, end - _BLOCK)
            file.seek(start)
            newline = file.read(end - start).rfind(b"\n")
            end = start + newline + 1 if newline >= 0 else start
            if newline >= 0:
                break
        file.truncate(end)
        file.seek(end)
        return file

    def _rotate(self) -> None:
        """Rename the full file to PATH.1, PATH.1 to PATH.2, and so on; the oldest is overwritten."""
        for number in range(self._files, 0, -1):
            older = self._numbered(number - 1)
            if older.exists():
                older.replace(self._numbered(number))

    def _numbered(self, number: int) -> Path:
        return self._path if number == 0 else self._path.with_name(f"{self._path.name}.{number}")


def describe(settings: JsonlSettings) -> str:
    """What the sender does, for ``watch --check``."""
    return f"appends lines of JSON to {settings.path}"


SENDER = SenderType(JsonlSettings, lambda settings, _watch: JsonlSender(settings), describe)
