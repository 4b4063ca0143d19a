"""Output of ``maskwatch detect``: tables of faces or a progress bar, then counts and one line per failure."""

from __future__ import annotations

import json
import time
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from maskwatch.cli import OK, SOME_FAILED
from maskwatch.cli.output.face_tables import counts_line, print_faces
from maskwatch.detect.options import InferenceOptions, open_detector
from maskwatch.detections import Detections
from maskwatch.errors import UsageError
from maskwatch.frames import Frame
from maskwatch.pipeline import Summary, run
from maskwatch.sinks.choice import OutputOptions, build_sinks, notes_of
from maskwatch.sources import SourceOptions, open_source
from maskwatch.sources.base import Source
from maskwatch.sources.streams.address import is_address
from maskwatch.track import follow

_TABLES_UP_TO = 20
"""With more images than this, a progress bar replaces the tables."""


def run_with_report(
    specs: list[str],
    recursive: bool,
    options: InferenceOptions,
    outputs: OutputOptions,
    *,
    track: bool,
    as_json: bool,
) -> int:
    """Detect faces in all inputs, print the report, and return the exit status."""
    if as_json and outputs.uses_standard_output:
        raise UsageError("--json and a table cannot both use standard output (-); give the table a file")
    detector = open_detector(options)
    tracker = follow(detector) if track else None
    quiet = as_json or outputs.uses_standard_output
    console, errors = Console(quiet=quiet), Console(stderr=True)
    with open_source(specs[0] if len(specs) == 1 else specs, SourceOptions(recursive=recursive)) as source:
        sinks, window = build_sinks(outputs, live=source.live and not any(map(is_address, specs)))
        printer = _Printer(source, console)
        if window is not None and window.address is not None:
            errors.print(f"no display: open {window.address} in a browser; q stops", highlight=False)
        try:
            with printer:
                stop = (lambda: window.stop_requested) if window is not None else (lambda: False)
                summary = run(detector, source, sinks, tracker=tracker, on_frame=printer.on_frame, stop=stop)
        finally:
            for line in (*source.notes, *notes_of(sinks), *source.failures):
                errors.print(f"maskwatch: {line}", highlight=False, markup=False, soft_wrap=True)
    people = None if tracker is None else tracker.people
    if tracker is not None and tracker.untimed:
        errors.print("maskwatch: --track needs videos or webcams; single images were not tracked", soft_wrap=True)
    if as_json:
        Console(soft_wrap=True).print(json.dumps(_as_dict(summary, source, people)), highlight=False, markup=False)
    else:
        console.print(counts_line(summary, len(source.failures), people), highlight=False, soft_wrap=True)
        if outputs.save is not None and summary.frames:
            console.print(f"annotated copies in {outputs.save}", highlight=False, markup=False, soft_wrap=True)
    return SOME_FAILED if source.failures else OK


def _as_dict(summary: Summary, source: Source, people: dict[str, int] | None) -> dict[str, Any]:
    failures = [str(failure) for failure in source.failures]
    counts = {"frames": summary.frames, "faces": summary.faces, "states": summary.states}
    return {**counts, **({} if people is None else {"people": people}), "failures": failures}


class _Printer:
    """Tables for a few images; for many images and for videos, a progress bar with fps and remaining time."""

    def __init__(self, source: Source, console: Console) -> None:
        self._console = console
        self._total = source.total
        self._began = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        if source.live or source.rate is not None or source.total is None or source.total > _TABLES_UP_TO:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.fields[speed]}"),
                TextColumn("left"),
            )
            self._bar = Progress(*columns, TimeRemainingColumn(), console=console, transient=True)

    def __enter__(self) -> None:
        if self._bar is not None:
            self._task = self._bar.add_task("detecting", total=self._total, speed="")
            self._bar.start()

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def on_frame(self, frame: Frame, faces: Detections, summary: Summary) -> None:
        """Show one more frame."""
        if self._bar is not None and self._task is not None:
            speed = summary.frames / max(time.monotonic() - self._began, 1e-9)
            counts = f"{summary.frames} frames, {summary.faces} faces"
            self._bar.update(self._task, completed=summary.frames, description=counts, speed=f"{speed:.1f} fps")
        else:
            print_faces(self._console, frame, faces)
