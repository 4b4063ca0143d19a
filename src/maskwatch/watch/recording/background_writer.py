"""A background thread for slow file writes, such as images and videos."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable

from maskwatch.errors import SinkError

_LOG = logging.getLogger(__name__)
_MAX_WAITING = 16
_HURRY_SHARE = 0.25

Job = Callable[[Callable[[], bool]], None]
"""A piece of work. It receives a function ``in_a_hurry()``; when that returns True, save what is done and return."""


class BackgroundWriter:
    """Background thread with a bounded queue (16 jobs) for slow file writes.

    A job that fails with a `SinkError` is logged, and the next one runs.

    Args:
        name: of the thread.

    Attributes:
        rejected: jobs that found the queue full.
    """

    def __init__(self, name: str) -> None:
        self._queue: queue.Queue[Job | None] = queue.Queue(_MAX_WAITING)
        self._hurry_at = float("inf")
        self.rejected = 0
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def add(self, job: Job, what: str) -> bool:
        """Queue a job; when the queue is full, log an error and return False.

        Args:
            job: the work.
            what: what it writes, for the log.
        """
        try:
            self._queue.put_nowait(job)
        except queue.Full:
            self.rejected += 1
            _LOG.error("%s: not saved, because %d others still wait to be written", what, _MAX_WAITING)
            return False
        return True

    def close(self, timeout_s: float) -> bool:
        """Run the queued jobs, in a hurry after a quarter of ``timeout_s``; True when all ran in time."""
        deadline = time.monotonic() + timeout_s
        self._hurry_at = time.monotonic() + _HURRY_SHARE * timeout_s
        try:
            self._queue.put(None, timeout=timeout_s)
            self._thread.join(max(0.0, deadline - time.monotonic()))
        except queue.Full:
            pass
        if self._thread.is_alive():
            _LOG.error("%s: not everything could be written in %.1f s", self._thread.name, timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (job := self._queue.get()) is not None:
            try:
                job(lambda: time.monotonic() >= self._hurry_at)
            except SinkError as error:
                _LOG.error("%s", error)
