"""What the forms of ``maskwatch watch`` do at a terminal or under a service manager."""

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
from types import FrameType

import typer
from rich.console import Console

from maskwatch.cli import INTERRUPTED, OK, SOME_FAILED
from maskwatch.cli.output.watch import JsonLines, StatusLines, StatusTable, logged_to
from maskwatch.errors import UsageError
from maskwatch.watch.check import check_cameras, check_senders, grab
from maskwatch.watch.listeners import Listener
from maskwatch.watch.pages.draw_zone import ZonePage, zone_lines
from maskwatch.watch.settings import CameraSettings, WatchSettings, describe
from maskwatch.watch.start import Running, load
from maskwatch.watch.start import watch as run_watch

STOOD_STILL = 70
"""Exit status when the work hangs (EX_SOFTWARE of sysexits.h); the service manager starts it again."""


def watch(settings: WatchSettings, *, as_json: bool) -> int:
    """Watch until a signal comes, showing how it goes."""
    console = Console(stderr=True)

    def on_start(running: Running) -> None:
        for what, address in (("preview", running.preview), ("metrics", running.metrics)):
            if address:
                logging.getLogger("maskwatch.watch").info("%s: %s", what, address)
        shown: Listener = StatusTable(running.stats, console) if console.is_terminal else StatusLines(running.stats)
        running.listeners.append(shown)
        if as_json:
            running.listeners.append(JsonLines(sys.stdout))

    with logged_to(console), stop_by_signals() as stop:
        status = run_watch(settings, stop.event, on_hang=die, on_start=on_start)
    status = INTERRUPTED if stop.interrupted else status
    if stop.event.is_set() and threading.active_count() > 1:
        # all is kept; whatever still hangs in a camera or an encoder would hold up the end of Python itself
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    return status


def check(settings: WatchSettings, *, as_json: bool) -> int:
    """Say what would happen, and whether cameras and senders work."""
    findings = []
    if not as_json:
        for sentence in describe(settings):
            typer.echo(sentence)
    for found in (check_cameras(settings, load(settings)), check_senders(settings)):
        for finding in found:
            findings.append(finding)
            if not as_json:
                typer.echo(f"{'ok ' if finding.well else 'BAD'}  {finding.text}")
    if as_json:
        values = {"settings": describe(settings), "found": [asdict(finding) for finding in findings]}
        typer.echo(json.dumps(values, indent=1, ensure_ascii=False))
    return OK if all(finding.well for finding in findings) else SOME_FAILED


def draw_zone(settings: WatchSettings, name: str) -> int:
    """Let somebody draw on an image of one camera, and print the lines of settings."""
    camera = _camera(settings, name)
    image = grab(camera).frame.image
    with stop_by_signals() as stop:
        page = ZonePage(camera, image)
        try:
            typer.echo(f"open {page.address} in a browser, draw, and press Done", err=True)
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
    raise UsageError(f"--draw-zone {name}: no such camera; there are: {names}")


class Stop:
    """Set by SIGTERM and Ctrl-C; a second Ctrl-C does not wait any more."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self.interrupted = False

    def __call__(self, number: int, _: FrameType | None) -> None:
        """Take a signal."""
        if number == signal.SIGINT:
            if self.interrupted:
                raise KeyboardInterrupt
            self.interrupted = True
        self.event.set()


@contextmanager
def stop_by_signals() -> Iterator[Stop]:
    """Inside the block, signals end the work in good order instead of the process."""
    stop = Stop()
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def die(text: str) -> None:
    """The work hangs: say so, and end at once, because a thread that hangs can be ended by nothing else."""
    sys.stderr.write(f"maskwatch: {text}; ending with status {STOOD_STILL}, to be started again\n")
    sys.stderr.flush()
    os._exit(STOOD_STILL)
