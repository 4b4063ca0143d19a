"""From the history to the world: a thread for each sender, which tries until it has delivered."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from maskwatch.watch.backoff import Backoff
from maskwatch.watch.senders.base import Sender, SendError
from maskwatch.watch.store import EventStore

_log = logging.getLogger("maskwatch.watch")
_BACKOFF = Backoff(first_s=1.0, longest_s=30.0)
_POLL_S = 5.0


@dataclass(frozen=True)
class Delivery:
    """How a sender is doing.

    Attributes:
        sender: its name.
        pending: events that wait for it.
        delivered: events since the start that it has delivered.
        refused: events since the start that the receiver refused for good, and that were given up.
        failures: attempts in a row that failed; 0 when all is well.
        problem: why the last one failed, without credentials; "" when all is well.
    """

    sender: str
    pending: int
    delivered: int
    refused: int
    failures: int
    problem: str


class Outbox:
    """Carries events from the store to senders, each in its own thread, in order and at least once.

    Args:
        store: from which events come; the senders subscribe to it here.
        senders: with names that differ.
        backoff: pauses between attempts after failures.
        poll_s: how often a sender checks the store even when nothing woke it, seconds.
    """

    def __init__(
        self, store: EventStore, senders: Sequence[Sender], backoff: Backoff = _BACKOFF, poll_s: float = _POLL_S
    ) -> None:
        self._store = store
        self._carriers = [_Carrier(store, sender, backoff, poll_s) for sender in senders]

    def start(self) -> None:
        """Begin to deliver. Incidents that an earlier run left open are ended first, and their end is delivered too."""
        self._store.end_interrupted()
        for carrier in self._carriers:
            carrier.start()

    def close(self, timeout_s: float = 3.0) -> bool:
        """Deliver what can be delivered at once, then stop; what is left is delivered by the next run.

        Args:
            timeout_s: for all senders together.

        Returns:
            Whether all threads have ended.
        """
        deadline = time.monotonic() + timeout_s
        for carrier in self._carriers:
            carrier.end(deadline)
        for carrier in self._carriers:
            carrier.join(deadline)
        return not any(carrier.alive for carrier in self._carriers)

    def deliveries(self) -> list[Delivery]:
        """How each sender is doing."""
        return [carrier.delivery for carrier in self._carriers]


class _Carrier:
    """One sender with its thread."""

    def __init__(self, store: EventStore, sender: Sender, backoff: Backoff, poll_s: float) -> None:
        self._store, self._sender, self._backoff, self._poll_s = store, sender, backoff, poll_s
        # replaced by its thread alone: failures and their problem change as one
        self._delivery = Delivery(sender.name, pending=0, delivered=0, refused=0, failures=0, problem="")
        self._wished_s = 0.0
        self._deadline: float | None = None
        self._woken = threading.Event()
        self._ending = threading.Event()
        # a daemon, because a sender that hangs in the network may not keep the program from ending
        self._thread = threading.Thread(target=self._run, name=f"sender {sender.name}", daemon=True)
        store.subscribe(sender.name, sender.wants, self._woken.set)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def delivery(self) -> Delivery:
        return replace(self._delivery, pending=self._store.pending(self._sender.name))

    def start(self) -> None:
        self._thread.start()

    def end(self, deadline: float) -> None:
        self._deadline = deadline
        self._ending.set()
        self._woken.set()

    def join(self, deadline: float) -> None:
        if self._thread.ident is not None:
            self._thread.join(max(0.0, deadline - time.monotonic()))

    def _run(self) -> None:
        try:
            self._sender.start()
            while not self._over:
                self._woken.clear()
                if self._deliver_next():
                    continue
                if self._ending.is_set():
                    break
                if self._delivery.failures:
                    self._ending.wait(self._pause())
                else:
                    self._woken.wait(self._poll_s)
        finally:
            self._sender.close()

    @property
    def _over(self) -> bool:
        return self._deadline is not None and time.monotonic() >= self._deadline

    def _pause(self) -> float:
        return max(self._backoff.after(self._delivery.failures), self._wished_s)

    def _deliver_next(self) -> bool:
        """Deliver the next events, if there are any; whether it is worth trying at once again."""
        events = self._store.undelivered(self._sender.name, self._sender.batch)
        if not events:
            return False
        problem: SendError | None = None
        try:
            self._sender.send(events)
        except SendError as error:
            problem = error
        except Exception as error:  # noqa: BLE001 - a fault in a library may not silence the sender for good
            _log.debug("sender %s", self._sender.name, exc_info=True)
            problem = SendError(f"failed unexpectedly ({type(error).__name__})")
        arrived = events if problem is None else events[: problem.arrived]
        refused = events[len(arrived) : len(arrived) + 1] if problem is not None and problem.final else []
        if arrived or refused:
            self._store.delivered(self._sender.name, [event.id for event in (*arrived, *refused)])
            before = self._delivery
            self._delivery = replace(
                before, delivered=before.delivered + len(arrived), refused=before.refused + len(refused)
            )
        for event in refused:
            _log.error("sender %s: %s; event %s is given up", self._sender.name, problem, event.id)
        if problem is not None and not refused:
            self._failed(problem)
            return False
        self._worked()
        return True

    def _failed(self, error: SendError) -> None:
        before = self._delivery
        self._delivery = replace(before, failures=before.failures + 1, problem=str(error))
        self._wished_s = error.retry_after_s
        if not before.failures or str(error) != before.problem:
            _log.error("sender %s: %s; it is tried again until it works", self._sender.name, error)

    def _worked(self) -> None:
        if failures := self._delivery.failures:
            _log.warning("sender %s: works again after %d failures", self._sender.name, failures)
        self._delivery = replace(self._delivery, failures=0, problem="")
        self._wished_s = 0.0
