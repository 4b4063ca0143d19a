"""Histories of MaskWatch before 0.1, whose counts had one column per state (form 1).

A watch migrates such a file when it opens it. A report reads it as it is, through a view of the same name.
"""

from __future__ import annotations

import sqlite3

from maskwatch.watch.store.tables import COUNTS_SCHEMA

_STATES = ("with_mask", "worn_incorrectly", "without_mask")
_OLD_COUNTS = " UNION ALL ".join(
    f"SELECT start, camera, zone, '{state}' AS state, run, length_s, {state} AS people FROM shares" for state in _STATES
)
"""The rows of the old table ``shares`` with the columns of ``counts``."""


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Bring a file of form 1 to form 2, all or nothing; call it before anything else is written.

    Args:
        connection: to the file, open for writing.
        version: form of the file afterwards, its ``user_version``.
    """
    connection.executescript(
        f"BEGIN IMMEDIATE; {COUNTS_SCHEMA} INSERT INTO counts {_OLD_COUNTS}; DROP TABLE shares; "
        f"PRAGMA user_version={version}; COMMIT;"
    )


def view_as_counts(connection: sqlite3.Connection) -> None:
    """Let a file of form 1 be read like one of form 2, without changing it."""
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.execute(f"CREATE TEMP VIEW counts AS {_OLD_COUNTS}")
