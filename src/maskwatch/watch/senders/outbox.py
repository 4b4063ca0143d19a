"""The outbox: delivers events from the store to the senders, one thread per sender, with retries."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from maskwatch.watch.backoff import Backoff
from maskwatch.watch.events import Event
from maskwatch.watch.senders.base import Sender, SendError
from maskwatch.watch.store import EventStore

_LOG = logging.getLogger("maskwatch.watch")
_BACKOFF = Backoff(first_s=1.0, longest_s=30.0)
_POLL_S = 5.0


@dataclass(frozen=True)
class Delivery:
    """State of one sender.

    Attributes:
        sender: its name.
        pending: undelivered events.
        delivered: events delivered since the start.
        refused: events dropped since the start, because the target refused them for good.
        failures: failed attempts in a row; 0 when it works.
        problem: reason of the last failure, without credentials; "" when it works.
    """

    sender: str
    pending: int
    delivered: int
    refused: int
    failures: int
    problem: str


class Outbox:
    """Delivers events to all senders, in order and at least once. A failing sender does not block the others.

    Args:
        store: of the events; the senders subscribe to it here.
        senders: with different names.
        backoff: pauses between attempts after failures.
        poll_s: how often a sender checks the store even when nothing woke it, seconds.
    """

    def __init__(
        self, store: EventStore, senders: Sequence[Sender], backoff: Backoff = _BACKOFF, poll_s: float = _POLL_S
    ) -> None:
        self._store = store
        self._workers = [_Worker(store, sender, backoff, poll_s) for sender in senders]

    def start(self) -> None:
        """Start to deliver. Incidents left open by an earlier run are ended first, and their end is delivered."""
        self._store.end_interrupted()
        for worker in self._workers:
            worker.start()

    def close(self, timeout_s: float = 3.0) -> bool:
        """Deliver what can be delivered now, then stop; the next run delivers the rest.

        Args:
            timeout_s: for all senders together.

        Returns:
            Whether all threads have ended.
        """
        deadline = time.monotonic() + timeout_s
        for worker in self._workers:
            worker.stop(deadline)
        for worker in self._workers:
            worker.join(deadline)
        return not any(worker.alive for worker in self._workers)

    def deliveries(self) -> list[Delivery]:
        """State of each sender."""
        return [worker.delivery for worker in self._workers]


class _Worker:
    """One sender and its thread."""

    def __init__(self, store: EventStore, sender: Sender, backoff: Backoff, poll_s: float) -> None:
        self._store, self._sender, self._backoff, self._poll_s = store, sender, backoff, poll_s
        # replaced as a whole, by the thread alone, so that failures and problem always match
        self._delivery = Delivery(sender.name, pending=0, delivered=0, refused=0, failures=0, problem="")
        self._retry_after_s = 0.0
        self._deadline: float | None = None
        self._wake, self._stopping = threading.Event(), threading.Event()
        # a daemon, so that a sender that hangs in the network cannot keep the program from exiting
        self._thread = threading.Thread(target=self._run, name=f"sender {sender.name}", daemon=True)
        store.subscribe(sender.name, self._wants, self._wake.set)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def delivery(self) -> Delivery:
        return replace(self._delivery, pending=self._store.pending(self._sender.name))

    def start(self) -> None:
        self._thread.start()

    def stop(self, deadline: float) -> None:
        self._deadline = deadline
        self._stopping.set()
        self._wake.set()

    def join(self, deadline: float) -> None:
        if self._thread.ident is not None:
            self._thread.join(max(0.0, deadline - time.monotonic()))

    def _wants(self, event: Event) -> bool:
        try:
            return self._sender.wants(event)
        except Exception as error:  # noqa: BLE001 - a bug in one sender must not stop the watch
            _LOG.error("sender %s: cannot select events (%s); sending all", self._sender.name, type(error).__name__)
            return True

    def _run(self) -> None:
        try:
            if not self._started():
                return
            while self._deadline is None or time.monotonic() < self._deadline:
                self._wake.clear()
                if self._deliver_batch():
                    continue
                if self._stopping.is_set():
                    break
                if failures := self._delivery.failures:
                    self._stopping.wait(max(self._backoff.after(failures), self._retry_after_s))
                else:
                    self._wake.wait(self._poll_s)
        finally:
            self._sender.close()

    def _started(self) -> bool:
        try:
            self._sender.start()
        except Exception as error:  # noqa: BLE001 - a bug in one sender must not be a traceback
            name = type(error).__name__
            _LOG.error("sender %s: cannot start (%s); its events wait for the next run", self._sender.name, name)
            return False
        return True

    def _deliver_batch(self) -> bool:
        """Deliver the next events, if any; returns whether to go on without a pause."""
        events = self._store.undelivered(self._sender.name, self._sender.batch)
        if not events:
            return False
        error = self._send(events)
        arrived = events if error is None else events[: error.arrived]
        refused = events[len(arrived) : len(arrived) + 1] if error is not None and error.final else []
        if arrived or refused:
            self._store.delivered(self._sender.name, [event.id for event in (*arrived, *refused)])
            before = self._delivery
            self._delivery = replace(
                before, delivered=before.delivered + len(arrived), refused=before.refused + len(refused)
            )
        for event in refused:
            _LOG.error("sender %s: %s; event %s is dropped", self._sender.name, error, event.id)
        if error is not None and not refused:
            self._failed(error)
            return False
        self._recovered()
        return True

    def _send(self, events: Sequence[Event]) -> SendError | None:
        try:
            self._sender.send(events)
        except SendError as error:
            return error
        except Exception as error:  # noqa: BLE001 - a bug in a library must not silence the sender for good
            _LOG.debug("sender %s", self._sender.name, exc_info=True)
            return SendError(f"failed unexpectedly ({type(error).__name__})")
        return None

    def _failed(self, error: SendError) -> None:
        before = self._delivery
        self._delivery = replace(before, failures=before.failures + 1, problem=str(error))
        self._retry_after_s = error.retry_after_s
        if not before.failures or str(error) != before.problem:
            _LOG.error("sender %s: %s; retrying until it works", self._sender.name, error)

    def _recovered(self) -> None:
        if failures := self._delivery.failures:
            _LOG.warning("sender %s: works again after %d failures", self._sender.name, failures)
        self._delivery = replace(self._delivery, failures=0, problem="")
        self._retry_after_s = 0.0
