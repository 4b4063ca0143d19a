"""One program on a file: a lock that the system lifts however the program ends."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from maskwatch.errors import UsageError
from maskwatch.watch.store.database import unwritable


class FileLock:
    """Holds ``PATH.lock`` until it is closed or the program ends, even by a kill.

    SQLite brings file locks that work on all systems, so an empty SQLite file is the lock.

    Args:
        path: of the file that is to be ours.

    Raises:
        UsageError: when another program holds it.
        SinkError: when the lock file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        lock = path.with_name(path.name + ".lock")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(lock, timeout=0, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise unwritable(path, error) from error
        try:
            self._connection.execute("PRAGMA journal_mode=MEMORY")
            self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            self._connection.close()
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
                raise UsageError(
                    f"{path}: another watch is writing its events there; stop it, or give this one a file of its own "
                    "(events.path)"
                ) from error
            raise unwritable(path, error) from error

    def close(self) -> None:
        """Let others have it."""
        self._connection.close()
