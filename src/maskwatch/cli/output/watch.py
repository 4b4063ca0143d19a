"""``maskwatch watch`` at a terminal or under a service manager: watch, check the settings, draw a zone."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import chain
from types import FrameType

import typer
from rich.console import Console

from maskwatch.cli import INTERRUPTED, OK, SOME_FAILED
from maskwatch.cli.output.watch_status import JsonLines, StatusLines, StatusTable, logged_to
from maskwatch.errors import UsageError
from maskwatch.watch.check import check_cameras, check_senders, grab
from maskwatch.watch.listeners import Listener
from maskwatch.watch.pages.draw_zone import ZonePage, zone_lines
from maskwatch.watch.settings import CameraSettings, WatchSettings, describe
from maskwatch.watch.start import Running, load
from maskwatch.watch.start import watch as run_watch

STALLED = 70
"""Exit status when inference stalls (EX_SOFTWARE of sysexits.h), so that a service manager restarts the watch."""


def watch(settings: WatchSettings, *, as_json: bool) -> int:
    """Watch until a signal arrives, and show the status; returns the exit status."""
    console = Console(stderr=True)

    def on_start(running: Running) -> None:
        for what, address in (("preview", running.preview), ("metrics", running.metrics)):
            if address:
                logging.getLogger("maskwatch.watch").info("%s: %s", what, address)
        display: Listener = StatusTable(running.stats, console) if console.is_terminal else StatusLines(running.stats)
        running.listeners.append(display)
        if as_json:
            running.listeners.append(JsonLines(sys.stdout))

    with logged_to(console), stop_by_signals() as stop:
        status = run_watch(settings, stop.event, on_hang=exit_stalled, on_start=on_start)
    status = INTERRUPTED if stop.interrupted else status
    if stop.event.is_set() and threading.active_count() > 1:
        # everything is saved, but a thread that hangs in a camera or an encoder would keep Python from exiting
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    return status


def check(settings: WatchSettings, *, as_json: bool) -> int:
    """Print what the watch would do, and test cameras and senders; returns the exit status."""
    results = []
    if not as_json:
        for sentence in describe(settings):
            typer.echo(sentence)
    for result in chain(check_cameras(settings, load(settings)), check_senders(settings)):
        results.append(result)
        if not as_json:
            typer.echo(f"{'ok ' if result.well else 'BAD'}  {result.text}")
    if as_json:
        values = {"settings": describe(settings), "found": [asdict(result) for result in results]}
        typer.echo(json.dumps(values, indent=1, ensure_ascii=False))
    return OK if all(result.well for result in results) else SOME_FAILED


def draw_zone(settings: WatchSettings, name: str) -> int:
    """Serve a page to draw a zone on an image of one camera, and print its settings; returns the exit status."""
    camera = _camera(settings, name)
    image = grab(camera).frame.image
    with stop_by_signals() as stop:
        page = ZonePage(camera, image)
        try:
            typer.echo(f"open {page.address} in a browser, draw the zone, and press Done", err=True)
            zone = page.wait(stop.event)
        finally:
            page.close()
    if zone is not None:
        typer.echo(zone_lines(camera, zone), nl=False)
    return INTERRUPTED if stop.interrupted else OK if zone is not None else SOME_FAILED


def _camera(settings: WatchSettings, name: str) -> CameraSettings:
    for camera in settings.cameras:
        if name in (camera.name, camera.url):
            return camera
    names = ", ".join(camera.name for camera in settings.cameras)
    raise UsageError(f"--draw-zone {name}: no such camera; known: {names}")


class Stop:
    """Signal handler: SIGTERM and Ctrl-C set ``event``; a second Ctrl-C exits at once."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self.interrupted = False

    def __call__(self, number: int, _: FrameType | None) -> None:
        """Handle a signal."""
        if number == signal.SIGINT:
            if self.interrupted:
                raise KeyboardInterrupt
            self.interrupted = True
        self.event.set()


@contextmanager
def stop_by_signals() -> Iterator[Stop]:
    """Inside the block, signals request an orderly stop instead of killing the process."""
    stop = Stop()
    previous = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def exit_stalled(text: str) -> None:
    """Print why, and end the process at once: a thread that hangs cannot be stopped in any other way."""
    sys.stderr.write(f"maskwatch: {text}; exiting with status {STALLED} for a restart\n")
    sys.stderr.flush()
    os._exit(STALLED)
