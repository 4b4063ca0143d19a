"""A line of JSON for each event, in files of limited size."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from maskwatch.watch.events import Event
from maskwatch.watch.senders.base import ChosenEvents, SendError
from maskwatch.watch.settings.senders import JsonlSettings


class JsonlSender(ChosenEvents):
    """Appends to a file; a full one becomes PATH.1, which becomes PATH.2, and so on.

    Only whole lines stay in the file: what a full disk or a kill has cut is cut off, and written again.

    Args:
        settings: of the sender.
    """

    batch = 100

    def __init__(self, settings: JsonlSettings) -> None:
        super().__init__(settings)
        self._path, self._files = settings.path, settings.files
        self._largest = int(settings.max_mb * 1_000_000)
        self._file: BinaryIO | None = None

    def send(self, events: Sequence[Event]) -> None:
        """Append the lines, and see that they are on the disk."""
        lines = "".join(event.to_json() + "\n" for event in events).encode()
        try:
            self._append(lines)
        except OSError as error:
            self.close()
            raise SendError(f"{self._path}: cannot be written ({_reason(error)}); free space there") from error

    def check(self) -> str:
        """Open the file."""
        try:
            self._file = self._open()
        except OSError as error:
            raise SendError(f"{self._path}: cannot be written ({_reason(error)}); name another place") from error
        finally:
            self.close()
        return f"{self._path} can be written"

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _append(self, lines: bytes) -> None:
        if self._file is None:
            self._file = self._open()
        if self._file.tell() and self._file.tell() + len(lines) > self._largest:
            self.close()
            self._turn()
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
        """Open for appending, without a line that was cut off."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("ab+", buffering=0)
        end = file.tell()
        while end:
            begin = max(0, end - 65536)
            file.seek(begin)
            place = file.read(end - begin).rfind(b"\n")
            end = begin + place + 1 if place >= 0 else begin
            if place >= 0:
                break
        file.truncate(end)
        file.seek(end)
        return file

    def _turn(self) -> None:
        """Give the full file the number 1, and the older ones the next."""
        for number in range(self._files, 0, -1):
            older = self._numbered(number - 1)
            if older.exists():
                older.replace(self._numbered(number))

    def _numbered(self, number: int) -> Path:
        return self._path if number == 0 else self._path.with_name(f"{self._path.name}.{number}")


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
