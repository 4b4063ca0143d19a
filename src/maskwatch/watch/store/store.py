"""The file that a watch writes: history and outbox in one."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from maskwatch.watch.events import Event, new_id
from maskwatch.watch.store.database import FileLock, open_for_writing
from maskwatch.watch.store.tables import SELECT_EVENT, PeopleCount, event_of, insert_count, insert_event

MAX_WAITING = 10_000
"""Events kept in memory while the disk is full; beyond that, the oldest are lost, which is logged."""
LOG_INTERVAL_S = 60.0
_LOG = logging.getLogger("maskwatch.watch")


class EventStore:
    """One SQLite file: an event is committed here first, then each sender reads what it has not delivered yet.

    Thread-safe. When the disk is full, events wait in memory and are committed by the next `append` or `flush` that
    finds space; the file stays intact.

    Args:
        path: of the file; created when missing. It must be on a local disk.

    Attributes:
        lost: events lost because neither the disk nor the memory had space.

    Raises:
        UsageError: when another program writes to the file, or it is a file of something else.
        SinkError: when it cannot be written.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path).resolve()
        self.lost = 0
        self._run = new_id()
        self._lock = threading.RLock()
        self._waiting: deque[Event] = deque()
        self._unmarked: dict[str, set[str]] = {}
        self._subscribers: dict[str, tuple[Callable[[Event], bool], Callable[[], None]]] = {}
        self._logged_at: float | None = None
        self._closed = False
        self._file_lock = FileLock(self.path)
        try:
            self._connection = open_for_writing(self.path)
        except BaseException:
            self._file_lock.close()
            raise

    def close(self) -> None:
        """Write what waits and close the file. Later calls from senders do nothing."""
        with self._lock:
            if not self._closed:
                if not self.flush():
                    _LOG.error("%s: the disk is still full; %d waiting events are lost", self.path, len(self._waiting))
                self._closed = True
                self._connection.close()
                self._file_lock.close()

    def subscribe(self, sender: str, wants: Callable[[Event], bool], wake: Callable[[], None] = lambda: None) -> None:
        """From now on, keep events for a sender until it has delivered them.

        Args:
            sender: its name, the same in every run.
            wants: whether the sender delivers an event.
            wake: called after such events were committed.
        """
        with self._lock:
            self._subscribers[sender] = (wants, wake)

    @property
    def waiting(self) -> int:
        """Events that could not be committed yet."""
        return len(self._waiting)

    def append(self, events: Sequence[Event]) -> bool:
        """Commit events, together with those that wait.

        Returns:
            Whether all are on the disk. If not, they wait in memory and an error was logged.
        """
        with self._lock:
            self._waiting.extend(events)
            return self.flush()

    def flush(self) -> bool:
        """Commit the events that wait; returns whether none waits any more."""
        with self._lock:
            if not self._waiting:
                return True
            senders: set[str] = set()
            try:
                with self._transaction():
                    for event in self._waiting:
                        senders |= self._insert(event)
            except sqlite3.DatabaseError as error:
                self._report_failure(error)
                return False
            self._waiting.clear()
            self._report_recovery()
            wakes = [self._subscribers[name][1] for name in senders]
        for wake in wakes:
            wake()
        return True

    def undelivered(self, sender: str, limit: int = 100) -> list[Event]:
        """The oldest events that a sender has not delivered, in order."""
        with self._lock:
            done = self._unmarked.get(sender, set())
            rows = self._read(
                f"SELECT {SELECT_EVENT} FROM outbox JOIN events USING (seq) WHERE sender = ? ORDER BY seq LIMIT ?",
                (sender, limit + len(done)),
            )
            return [event for event in map(event_of, rows) if event.id not in done][:limit]

    def pending(self, sender: str) -> int:
        """Number of events that a sender has not delivered."""
        with self._lock:
            rows = self._read("SELECT count(*) FROM outbox WHERE sender = ?", (sender,))
            return max(0, sum(int(count) for (count,) in rows) - len(self._unmarked.get(sender, ())))

    def delivered(self, sender: str, ids: Sequence[str]) -> None:
        """Mark events as delivered by a sender; when the disk has no space for the mark, it is kept in memory."""
        with self._lock:
            if self._closed:
                return
            done = self._unmarked.setdefault(sender, set()) | set(ids)
            try:
                with self._transaction(durable=False):
                    self._connection.executemany(
                        "DELETE FROM outbox WHERE sender = ? AND seq = (SELECT seq FROM events WHERE id = ?)",
                        [(sender, event_id) for event_id in done],
                    )
            except sqlite3.DatabaseError as error:
                self._unmarked[sender] = done
                self._report_failure(error)
                return
            del self._unmarked[sender]

    def add_count(self, count: PeopleCount) -> bool:
        """Store a count of people; a later one of the same run, place and interval replaces it.

        Returns:
            Whether it is in the file; if not, an error was logged.
        """
        with self._lock:
            try:
                with self._transaction(durable=False):
                    insert_count(self._connection, count, self._run)
            except sqlite3.DatabaseError as error:
                self._report_failure(error)
                return False
            return True

    def end_interrupted(self) -> list[Event]:
        """End the incidents that an earlier, killed run left open, at the time of their last event.

        Call it after the senders have subscribed and before the first `append`.
        """
        with self._lock:
            # with a single max(), SQLite takes the other columns from the row that holds the maximum
            rows = self._read(
                f"SELECT {SELECT_EVENT}, max(events.seq) FROM events WHERE kind IN ('new', 'update') AND incident "
                "NOT IN (SELECT incident FROM events WHERE kind = 'end') GROUP BY incident ORDER BY max(events.seq)"
            )
            last = [event_of(row[:-1]) for row in rows]
            reason = "the program was killed during the incident"
            ends = [replace(event, kind="end", id=new_id(), reason=reason) for event in last]
            self.append(ends)
            return ends

    def prune(self, before: float) -> int:
        """Delete older events and counts, delivered or not.

        Args:
            before: Unix time in seconds.

        Returns:
            Number of deleted events.
        """
        with self._lock:
            try:
                with self._transaction():
                    undelivered = self._connection.execute(
                        "DELETE FROM outbox WHERE seq IN (SELECT seq FROM events WHERE at < ?)", (before,)
                    ).rowcount
                    deleted = self._connection.execute("DELETE FROM events WHERE at < ?", (before,)).rowcount
                    self._connection.execute("DELETE FROM counts WHERE start + length_s < ?", (before,))
                self._connection.execute("PRAGMA incremental_vacuum").fetchall()
                # also from the write-ahead log, so that deleted events are nowhere in the files
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.DatabaseError as error:
                self._report_failure(error)
                return 0
        if undelivered:
            _LOG.warning("%s: deleted %d old events that senders had not delivered", self.path, undelivered)
        return deleted

    @contextmanager
    def _transaction(self, *, durable: bool = True) -> Iterator[None]:
        """All or nothing.

        Args:
            durable: wait until the commit survives a power failure, which takes the disk some milliseconds; without
                it, the commit only survives the end of the program.
        """
        self._connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # when the disk is full, SQLite itself may have rolled back
                self._connection.execute("ROLLBACK")
            raise

    def _read(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query; none when the file is closed or damaged (damage is logged)."""
        if self._closed:
            return []
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            self._report_failure(error)
            return []

    def _insert(self, event: Event) -> set[str]:
        """Insert one event and its rows for the senders; returns their names."""
        seq = insert_event(self._connection, event)
        if seq is None:
            return set()
        senders = {name for name, (wants, _) in self._subscribers.items() if wants(event)}
        self._connection.executemany("INSERT INTO outbox VALUES (?, ?)", [(name, seq) for name in senders])
        return senders

    def _report_failure(self, error: sqlite3.DatabaseError) -> None:
        """Log once a minute that the file cannot be written, and limit the events that wait."""
        if isinstance(error, (sqlite3.ProgrammingError, sqlite3.IntegrityError)):
            raise error  # a bug, not a problem of the disk
        while len(self._waiting) > MAX_WAITING:
            self._waiting.popleft()
            self.lost += 1
        now = time.monotonic()
        if self._logged_at is None or now - self._logged_at >= LOG_INTERVAL_S:
            self._logged_at = now
            lost = f", {self.lost} are lost" if self.lost else ""
            _LOG.error(
                "%s: events cannot be written (%s); %d wait in memory%s; free space there, or repair the disk",
                *(self.path, error, len(self._waiting), lost),
            )

    def _report_recovery(self) -> None:
        if self._logged_at is not None:
            self._logged_at = None
            _LOG.warning("%s: events are written again", self.path)
