"""The SQLite file itself: how it is opened, what is in it, and that it is ours."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from maskwatch.errors import SinkError, UsageError

APPLICATION_ID = 0x4D576576
"""Stands in the file's header and tells it from other SQLite files: "MWev"."""
VERSION = 1
"""Of the tables; stands in the header as ``user_version``."""
BUSY_S = 5.0
"""So long we wait for somebody else who writes to the file, which only a person with a tool would do."""

SCHEMA = """
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    incident TEXT NOT NULL,
    kind TEXT NOT NULL,
    rule TEXT NOT NULL,
    camera TEXT NOT NULL,
    zone TEXT,
    tracker_ids TEXT NOT NULL,
    state TEXT NOT NULL,
    confidence REAL NOT NULL,
    people INTEGER NOT NULL,
    started_at REAL NOT NULL,
    at REAL NOT NULL,
    duration_s REAL NOT NULL,
    quiet INTEGER NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX events_by_time ON events (at);
CREATE INDEX events_by_incident ON events (incident);
CREATE TABLE outbox (
    sender TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (sender, seq)
) WITHOUT ROWID;
CREATE TABLE shares (
    camera TEXT NOT NULL,
    zone TEXT NOT NULL,
    start REAL NOT NULL,
    run TEXT NOT NULL,
    length_s REAL NOT NULL,
    with_mask INTEGER NOT NULL,
    worn_incorrectly INTEGER NOT NULL,
    without_mask INTEGER NOT NULL,
    PRIMARY KEY (camera, zone, start, run)
) WITHOUT ROWID;
CREATE INDEX shares_by_time ON shares (start);
"""


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Open the file, and make it when it is missing or empty.

    Raises:
        UsageError: when it is a file of something else.
        SinkError: when it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise unwritable(path, error) from error
    try:
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            check_ours(connection, path)
        else:
            _create(connection)
        connection.executescript("PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON;")
        connection.execute("PRAGMA journal_size_limit=4000000")
    except sqlite3.Error as error:
        connection.close()
        if _is_no_database(error):
            raise _foreign(path) from error
        raise unwritable(path, error) from error
    except UsageError:
        connection.close()
        raise
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open the file without changing it; a watch may be writing to it.

    Raises:
        UsageError: when there is none, or it is a file of something else.
    """
    if not path.is_file():
        raise UsageError(f"{path}: no such file; name the file of events of a watch (events.path)")
    wal = path.with_name(path.name + "-wal")
    # on a read-only disk SQLite cannot make the index of a log; without a log it does not need one
    modes = ("mode=ro",) if wal.exists() else ("mode=ro", "mode=ro&immutable=1")
    problem: sqlite3.Error | None = None
    for mode in modes:
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?{mode}", uri=True, timeout=BUSY_S, isolation_level=None
        )
        try:
            check_ours(connection, path)
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
        f"{path}: cannot be read ({problem}); check its permissions, and that there is room beside it"
    ) from problem


def check_ours(connection: sqlite3.Connection, path: Path) -> None:
    """Make sure that the file holds events, and in a form that this version knows.

    Raises:
        UsageError: when it does not.
    """
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise _foreign(path)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise UsageError(f"{path}: written by a newer MaskWatch (form {version}); update this one")


def unwritable(path: Path, error: Exception) -> SinkError:
    """The error for a file that cannot be written."""
    reason = getattr(error, "strerror", None) or str(error)
    return SinkError(
        f"{path}: events cannot be written ({str(reason).lower()}); free space there or name another place"
    )


def _create(connection: sqlite3.Connection) -> None:
    """All tables or none, so that a program that is killed meanwhile leaves an empty file."""
    connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
    header = f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={VERSION};"
    connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} {header} COMMIT;")


def _is_no_database(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB


def _foreign(path: Path) -> UsageError:
    return UsageError(f"{path}: exists and holds no events of MaskWatch; name another file (events.path)")
