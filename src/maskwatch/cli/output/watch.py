"""How a watch shows what goes on: a table at a terminal, lines in a log, events as JSON."""

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

from maskwatch.detections import REPORTED_STATES
from maskwatch.errors import SinkError
from maskwatch.watch.events import Event, people_text
from maskwatch.watch.health.stats import CameraStats
from maskwatch.watch.listeners import Listener

_REFRESH_S = 0.5
_LINE_EVERY_S = 60.0
_LOG = logging.getLogger("maskwatch.watch")

Figures = Callable[[], Sequence[CameraStats]]


@contextmanager
def logged_to(console: Console) -> Iterator[None]:
    """Within it, log lines go above the table at a terminal, and plainly to stderr elsewhere."""
    handler: logging.Handler
    if console.is_terminal:
        handler = RichHandler(console=console, show_path=False, markup=False, log_time_format="%H:%M:%S")
    else:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("maskwatch")
    before = list(logger.handlers), logger.level, logger.propagate
    logger.handlers[:], logger.propagate = [handler], False
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.handlers[:], level, logger.propagate = before
        logger.setLevel(level)


class StatusTable(Listener):
    """A table at the terminal, brought up to date twice a second."""

    def __init__(self, stats: Figures, console: Console) -> None:
        self._stats = stats
        self._shown_at = float("-inf")
        self._live = Live(self._table(), console=console, auto_refresh=False, transient=False)
        self._live.start()

    def tick(self) -> None:
        """Show the newest figures when it is time."""
        if time.monotonic() - self._shown_at >= _REFRESH_S:
            self._shown_at = time.monotonic()
            self._live.update(self._table(), refresh=True)

    def close(self) -> None:
        """Leave the last figures standing."""
        self._live.update(self._table(), refresh=True)
        self._live.stop()

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False)
        for heading in ("camera", "state"):
            table.add_column(heading, no_wrap=True)
        for heading in ("mask", "incorrect", "no mask", "uncertain", "people", "fps", "age", "dropped"):
            table.add_column(heading, justify="right")
        for one in self._stats():
            now = [str(one.now[name]) for name in REPORTED_STATES]
            people = str(sum(one.people.values()))
            table.add_row(one.camera, one.state, *now, people, f"{one.fps:.1f}", _age(one), str(one.dropped))
        return table


class StatusLines(Listener):
    """A line a minute for each camera, where nobody watches a terminal."""

    def __init__(self, stats: Figures) -> None:
        self._stats = stats
        self._said_at = time.monotonic()

    def tick(self) -> None:
        """Say how it goes when it is time."""
        if time.monotonic() - self._said_at >= _LINE_EVERY_S:
            self._said_at = time.monotonic()
            self._say()

    def close(self) -> None:
        """Say how it went."""
        self._say()

    def _say(self) -> None:
        for one in self._stats():
            now = ", ".join(f"{one.now[name]} {name}" for name in REPORTED_STATES)
            _LOG.info(
                *("%s: %s, %.1f images/s, age %s, %d dropped; now %s; %s so far", one.camera, one.state),
                *(one.fps, _age(one), one.dropped, now, people_text(sum(one.people.values()))),
            )


class JsonLines(Listener):
    """Every event as one line of JSON."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def on_events(self, events: Sequence[Event]) -> None:
        """Write the events that people are told of, and those of cameras."""
        try:
            for event in events:
                if not event.quiet:
                    self._out.write(event.to_json() + "\n")
            self._out.flush()
        except OSError as error:
            raise SinkError(f"standard output: cannot be written ({error.strerror}); nobody reads it") from error


def _age(one: CameraStats) -> str:
    return f"{one.age_p50_s * 1000:.0f} ms" if one.processed else "-"
