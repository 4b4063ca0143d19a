"""Work that may take a while and must not hold up detection: writing images and videos."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable

from maskwatch.errors import SinkError

_LOG = logging.getLogger(__name__)
_MOST_WAITING = 16
_TO_FINISH = 0.75

Errand = Callable[[Callable[[], bool]], None]
"""Does one piece of work. It is given a question, ``in_a_hurry()``: when that turns true, finish what can be kept."""


class BackgroundWriter:
    """A thread that does one errand after the other.

    An errand that fails with a `SinkError` is logged, and the next one is done.

    Args:
        name: of the thread.
    """

    def __init__(self, name: str) -> None:
        self._waiting: queue.Queue[Errand | None] = queue.Queue(_MOST_WAITING)
        self._hurry_at = float("inf")
        self.refused = 0
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def add(self, errand: Errand, what: str) -> bool:
        """Have it done later; False, and a line in the log, when too much waits already.

        Args:
            errand: the work.
            what: what it makes, for the log.
        """
        try:
            self._waiting.put_nowait(errand)
        except queue.Full:
            self.refused += 1
            _LOG.error("%s: left out, because %d others still wait to be written", what, _MOST_WAITING)
            return False
        return True

    def close(self, timeout_s: float) -> bool:
        """Do what waits, in a hurry after a quarter of ``timeout_s``; True when all was done in time."""
        deadline = time.monotonic() + timeout_s
        self._hurry_at = deadline - _TO_FINISH * timeout_s
        try:
            self._waiting.put(None, timeout=timeout_s)
            self._thread.join(max(0.0, deadline - time.monotonic()))
        except queue.Full:
            pass
        if self._thread.is_alive():
            _LOG.error("%s: not everything could be written in %.1f s", self._thread.name, timeout_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (errand := self._waiting.get()) is not None:
            try:
                errand(lambda: time.monotonic() >= self._hurry_at)
            except SinkError as error:
                _LOG.error("%s", error)
