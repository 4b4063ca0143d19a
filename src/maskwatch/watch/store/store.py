"""The file that a watch writes: history and outbox in one."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from maskwatch.detections import STATE_NAMES
from maskwatch.watch.events import Event, new_id
from maskwatch.watch.store import rows
from maskwatch.watch.store.database import open_for_writing
from maskwatch.watch.store.lock import FileLock

MOST_WAITING = 10_000
"""So many events wait in memory while the disk is full; then the oldest are lost, which is said."""
LOG_INTERVAL_S = 60.0
_log = logging.getLogger("maskwatch.watch")


class EventStore:
    """One SQLite file: an event is committed here first, and senders read what they have not delivered yet.

    Safe to be used by several threads. When the disk is full, events wait in memory and are committed with the next
    `append` or `flush` that finds room; nothing in the file is harmed.

    Args:
        path: of the file; made when missing. It must lie on a local disk.

    Attributes:
        lost: events that found no room, neither on the disk nor in memory.

    Raises:
        UsageError: when another program writes to it, or it is a file of something else.
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
        self._said_at: float | None = None
        self._closed = False
        self._sole_use = FileLock(self.path)
        try:
            self._connection = open_for_writing(self.path)
        except BaseException:
            self._sole_use.close()
            raise

    def close(self) -> None:
        """Write what waits, and close the file; a sender that comes back late finds nothing to do any more."""
        with self._lock:
            if not self._closed:
                if not self.flush():
                    _log.error("%s: %d events found no room and are lost", self.path, len(self._waiting))
                self._closed = True
                self._connection.close()
                self._sole_use.close()

    def subscribe(self, sender: str, wants: Callable[[Event], bool], wake: Callable[[], None] = lambda: None) -> None:
        """From now on, keep events for a sender until it has delivered them.

        Args:
            sender: its name, the same in every run.
            wants: whether it is told of an event.
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
            Whether all are on the disk. If not, they wait in memory, and that was logged.
        """
        with self._lock:
            self._waiting.extend(events)
            return self.flush()

    def flush(self) -> bool:
        """Commit what waits; whether nothing waits any more."""
        with self._lock:
            if not self._waiting:
                return True
            told: set[str] = set()
            try:
                with self._transaction():
                    for event in self._waiting:
                        told |= self._insert(event)
            except sqlite3.DatabaseError as error:
                self._troubled(error)
                return False
            self._waiting.clear()
            self._recovered()
            wakes = [self._subscribers[name][1] for name in told]
        for wake in wakes:
            wake()
        return True

    def undelivered(self, sender: str, limit: int = 100) -> list[Event]:
        """The oldest events that a sender has not delivered, in the order in which they happened."""
        with self._lock:
            done = self._unmarked.get(sender, set())
            found = self._read(
                f"SELECT {rows.SELECT} FROM outbox JOIN events USING (seq) WHERE sender = ? ORDER BY seq LIMIT ?",
                (sender, limit + len(done)),
            )
            return [event for event in map(rows.event, found) if event.id not in done][:limit]

    def pending(self, sender: str) -> int:
        """How many events a sender has not delivered."""
        with self._lock:
            found = self._read("SELECT count(*) FROM outbox WHERE sender = ?", (sender,))
            return max(0, sum(int(count) for (count,) in found) - len(self._unmarked.get(sender, ())))

    def delivered(self, sender: str, ids: Sequence[str]) -> None:
        """Note what a sender has delivered. When that finds no room on the disk, it is noted in memory."""
        with self._lock:
            if self._closed:
                return
            done = self._unmarked.setdefault(sender, set()) | set(ids)
            try:
                with self._transaction(to_the_disk=False):
                    self._connection.executemany(
                        "DELETE FROM outbox WHERE sender = ? AND seq = (SELECT seq FROM events WHERE id = ?)",
                        [(sender, event_id) for event_id in done],
                    )
            except sqlite3.DatabaseError as error:
                self._unmarked[sender] = done
                self._troubled(error)
                return
            del self._unmarked[sender]

    def add_share(
        self, camera: str, zone: str | None, interval_start: float, counts: Mapping[str, int], interval_s: float = 300.0
    ) -> bool:
        """Note how many different people were seen in an interval; a later call of the same run takes its place.

        Args:
            camera: name of the camera.
            zone: name of the zone, or None for the whole image.
            interval_start: Unix time in seconds.
            counts: people by the name of their state.
            interval_s: length of the interval.

        Returns:
            Whether it is on the disk; if not, that was logged.
        """
        values = [camera, zone or "", interval_start, self._run, interval_s, *(counts[name] for name in STATE_NAMES)]
        with self._lock:
            try:
                with self._transaction(to_the_disk=False):
                    self._connection.execute("INSERT OR REPLACE INTO shares VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
            except sqlite3.DatabaseError as error:
                self._troubled(error)
                return False
            return True

    def end_interrupted(self) -> list[Event]:
        """End the incidents that an earlier run, which was killed, has left open, at the time they were last heard of.

        Call it after the senders have subscribed, and before the first `append`.
        """
        with self._lock:
            # in a group, SQLite takes the other columns from the row that holds the single max()
            found = self._read(
                f"SELECT {rows.SELECT}, max(events.seq) FROM events WHERE kind IN ('new', 'update') AND incident "
                "NOT IN (SELECT incident FROM events WHERE kind = 'end') GROUP BY incident ORDER BY max(events.seq)"
            )
            last = [rows.event(row[:-1]) for row in found]
            reason = "the program was ended while it lasted"
            ends = [replace(event, kind="end", id=new_id(), reason=reason) for event in last]
            self.append(ends)
            return ends

    def prune(self, before: float) -> int:
        """Delete everything older, sent or not.

        Args:
            before: Unix time in seconds.

        Returns:
            How many events were deleted.
        """
        with self._lock:
            try:
                with self._transaction():
                    unsent = self._connection.execute(
                        "DELETE FROM outbox WHERE seq IN (SELECT seq FROM events WHERE at < ?)", (before,)
                    ).rowcount
                    gone = self._connection.execute("DELETE FROM events WHERE at < ?", (before,)).rowcount
                    self._connection.execute("DELETE FROM shares WHERE start + length_s < ?", (before,))
                self._connection.execute("PRAGMA incremental_vacuum").fetchall()
                # also out of the log, so that what was deleted is nowhere in the files
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.DatabaseError as error:
                self._troubled(error)
                return 0
        if unsent:
            _log.warning("%s: deleted %d events by age that senders had not delivered", self.path, unsent)
        return gone

    @contextmanager
    def _transaction(self, *, to_the_disk: bool = True) -> Iterator[None]:
        """All or nothing.

        Args:
            to_the_disk: wait until it would survive a power failure too, which takes the disk some milliseconds;
                otherwise it survives the end of the program only.
        """
        self._connection.execute(f"PRAGMA synchronous={'FULL' if to_the_disk else 'NORMAL'}")
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # SQLite itself may have rolled back, when the disk is full
                self._connection.execute("ROLLBACK")
            raise

    def _read(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows that are asked for; none when the file is closed or damaged, of which the latter is logged."""
        if self._closed:
            return []
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            self._troubled(error)
            return []

    def _insert(self, event: Event) -> set[str]:
        """Add one event and its rows for the senders, and name these."""
        seq = rows.insert(self._connection, event)
        if seq is None:
            return set()
        told = {name for name, (wants, _) in self._subscribers.items() if wants(event)}
        self._connection.executemany("INSERT INTO outbox VALUES (?, ?)", [(name, seq) for name in told])
        return told

    def _troubled(self, error: sqlite3.DatabaseError) -> None:
        """Say that the file cannot be written, now and then; what waits is kept within bounds."""
        if isinstance(error, (sqlite3.ProgrammingError, sqlite3.IntegrityError)):
            raise error  # a mistake of ours, not of the disk
        while len(self._waiting) > MOST_WAITING:
            self._waiting.popleft()
            self.lost += 1
        now = time.monotonic()
        if self._said_at is None or now - self._said_at >= LOG_INTERVAL_S:
            self._said_at = now
            lost = f", {self.lost} are lost" if self.lost else ""
            _log.error(
                "%s: events cannot be written (%s); %d wait in memory%s; free space there, or fix the disk",
                *(self.path, error, len(self._waiting), lost),
            )

    def _recovered(self) -> None:
        if self._said_at is not None:
            self._said_at = None
            _log.warning("%s: events are written again", self.path)
