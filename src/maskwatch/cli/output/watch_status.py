"""The status of a watch: a table at a terminal, lines in a log, events as JSON Lines."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.logging import RichHandler
from rich.table import Table

from maskwatch.errors import SinkError
from maskwatch.styles import WORDS
from maskwatch.watch.events import Event, people_text
from maskwatch.watch.health.stats import CameraStats
from maskwatch.watch.listeners import Listener

_REFRESH_S = 0.5
_LOG_INTERVAL_S = 60.0
_LOG = logging.getLogger("maskwatch.watch")

GetStats = Callable[[], Sequence[CameraStats]]


@contextmanager
def logged_to(console: Console) -> Iterator[None]:
    """Inside the block, log above the table at a terminal, and as plain lines to stderr elsewhere."""
    handler: logging.Handler
    if console.is_terminal:
        handler = RichHandler(console=console, show_path=False, markup=False, log_time_format="%H:%M:%S")
    else:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("maskwatch")
    previous = list(logger.handlers), logger.level, logger.propagate
    logger.handlers[:], logger.propagate = [handler], False
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.handlers[:], level, logger.propagate = previous
        logger.setLevel(level)


class StatusTable(Listener):
    """A table at the terminal, updated twice a second."""

    def __init__(self, stats: GetStats, console: Console) -> None:
        self._stats = stats
        self._shown_at = float("-inf")
        self._live = Live(self._table(), console=console, auto_refresh=False, transient=False)
        self._live.start()

    def tick(self) -> None:
        """Update the table when it is due."""
        if time.monotonic() - self._shown_at >= _REFRESH_S:
            self._shown_at = time.monotonic()
            self._live.update(self._table(), refresh=True)

    def close(self) -> None:
        """Update the table for the last time and leave it on the terminal."""
        self._live.update(self._table(), refresh=True)
        self._live.stop()

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False)
        for heading in ("camera", "state"):
            table.add_column(heading, no_wrap=True)
        for heading in (*WORDS.values(), "people", "fps", "age", "dropped"):
            table.add_column(heading, justify="right")
        for stats in self._stats():
            now = [str(stats.now[name]) for name in WORDS]
            people = str(sum(stats.people.values()))
            table.add_row(stats.camera, stats.state, *now, people, f"{stats.fps:.1f}", _age(stats), str(stats.dropped))
        return table


class StatusLines(Listener):
    """One log line per camera and minute, for services."""

    def __init__(self, stats: GetStats) -> None:
        self._stats = stats
        self._logged_at = time.monotonic()

    def tick(self) -> None:
        """Log when it is due."""
        if time.monotonic() - self._logged_at >= _LOG_INTERVAL_S:
            self._logged_at = time.monotonic()
            self._log()

    def close(self) -> None:
        """Log for the last time."""
        self._log()

    def _log(self) -> None:
        for stats in self._stats():
            now = ", ".join(f"{stats.now[name]} {words}" for name, words in WORDS.items())
            _LOG.info(
                *("%s: %s, %.1f frames/s, age %s, %d dropped; now %s; %s so far", stats.camera, stats.state),
                *(stats.fps, _age(stats), stats.dropped, now, people_text(sum(stats.people.values()))),
            )


class JsonLines(Listener):
    """Prints events as JSON Lines."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def on_events(self, events: Sequence[Event]) -> None:
        """Print the events that are sent: no quiet ones."""
        try:
            for event in events:
                if not event.quiet:
                    self._out.write(event.to_json() + "\n")
            self._out.flush()
        except OSError as error:
            raise SinkError(f"standard output: cannot be written ({error.strerror}); check what reads it") from error


def _age(stats: CameraStats) -> str:
    return f"{stats.age_p50_s * 1000:.0f} ms" if stats.processed else "-"
