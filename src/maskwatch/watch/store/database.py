"""The SQLite file: how it is locked, created, migrated and opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from maskwatch.errors import SinkError, UsageError
from maskwatch.watch.store.tables import COUNTS_SCHEMA, SCHEMA

APPLICATION_ID = 0x4D576576
"""In the file's header; distinguishes it from other SQLite files: "MWev"."""
VERSION = 2
"""Form of the tables; in the header as ``user_version``."""
BUSY_S = 5.0
"""How long to wait for another program that writes to the file; only a person with a tool would do that."""
_OLD_COUNTS = " UNION ALL ".join(
    f"SELECT start, camera, zone, '{state}' AS state, run, length_s, {state} AS people FROM shares"
    for state in ("with_mask", "worn_incorrectly", "without_mask")
)
"""The counts of form 1 (before 0.1): table ``shares`` had one column per state. As rows of table ``counts``."""


class FileLock:
    """Holds ``PATH.lock`` until it is closed or the program ends, even by SIGKILL.

    SQLite's file locks work on all systems, so the lock is an empty SQLite file.

    Args:
        path: the file to lock.

    Raises:
        UsageError: when another program holds the lock.
        SinkError: when the lock file cannot be created.
    """

    def __init__(self, path: Path) -> None:
        lock = path.with_name(path.name + ".lock")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(lock, timeout=0, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise _unwritable(path, error) from error
        try:
            self._connection.execute("PRAGMA journal_mode=MEMORY")
            self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            self._connection.close()
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
                raise UsageError(
                    f"{path}: another watch is writing its events there; stop it, or choose another file (events.path)"
                ) from error
            raise _unwritable(path, error) from error

    def close(self) -> None:
        """Release the lock."""
        self._connection.close()


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Open the file; it is created when missing or empty, and migrated when it has an older form.

    Raises:
        UsageError: when it is a file of something else.
        SinkError: when it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise _unwritable(path, error) from error
    try:
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            _create(connection)
        elif _form(connection, path) < VERSION:
            _migrate(connection)
        connection.executescript("PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON;")
        connection.execute("PRAGMA journal_size_limit=4000000")
    except sqlite3.Error as error:
        connection.close()
        if _is_no_database(error):
            raise _foreign(path) from error
        raise _unwritable(path, error) from error
    except UsageError:
        connection.close()
        raise
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open the file without changing it; a watch may be writing to it.

    Raises:
        UsageError: when there is no such file, or it is a file of something else.
    """
    if not path.is_file():
        raise UsageError(f"{path}: no such file; name the event file of a watch (events.path)")
    wal = path.with_name(path.name + "-wal")
    # on a read-only disk SQLite cannot create the index of a write-ahead log; without a log it needs none
    modes = ("mode=ro",) if wal.exists() else ("mode=ro", "mode=ro&immutable=1")
    problem: sqlite3.Error | None = None
    for mode in modes:
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?{mode}", uri=True, timeout=BUSY_S, isolation_level=None
        )
        try:
            if _form(connection, path) < VERSION:
                _view_as_counts(connection)
        except sqlite3.Error as error:
            connection.close()
            problem = error
        except UsageError:
            connection.close()
            raise
        else:
            return connection
    if problem is not None and _is_no_database(problem):
        raise _foreign(path) from problem
    raise UsageError(
        f"{path}: cannot be read ({problem}); check its permissions and the free space beside it"
    ) from problem


def _form(connection: sqlite3.Connection, path: Path) -> int:
    """The form of the tables.

    Raises:
        UsageError: when the file does not hold events, or its form is newer than `VERSION`.
    """
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise _foreign(path)
    form = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if form > VERSION:
        raise UsageError(f"{path}: written by a newer MaskWatch (form {form}); update MaskWatch")
    return form


def _create(connection: sqlite3.Connection) -> None:
    """Create all tables or none, so that a program killed meanwhile leaves an empty file."""
    connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
    header = f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={VERSION};"
    connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} {COUNTS_SCHEMA} {header} COMMIT;")


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring a file of form 1 to form 2, all or nothing."""
    connection.executescript(
        f"BEGIN IMMEDIATE; {COUNTS_SCHEMA} INSERT INTO counts {_OLD_COUNTS}; DROP TABLE shares; "
        f"PRAGMA user_version={VERSION}; COMMIT;"
    )


def _view_as_counts(connection: sqlite3.Connection) -> None:
    """Read a file of form 1 like one of form 2, without changing it."""
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.execute(f"CREATE TEMP VIEW counts AS {_OLD_COUNTS}")


def _is_no_database(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB


def _unwritable(path: Path, error: Exception) -> SinkError:
    reason = getattr(error, "strerror", None) or str(error)
    return SinkError(
        f"{path}: events cannot be written ({str(reason).lower()}); free space there or choose another place"
    )


def _foreign(path: Path) -> UsageError:
    return UsageError(f"{path}: exists, but does not hold MaskWatch events; choose another file (events.path)")
