"""Which results a run is to leave, and the sinks that leave them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from maskwatch.errors import UsageError
from maskwatch.sinks.base import Sink
from maskwatch.sinks.blur import blur_and_draw
from maskwatch.sinks.coco import CocoSink
from maskwatch.sinks.csv_table import CsvSink
from maskwatch.sinks.draw import draw
from maskwatch.sinks.jsonl import JsonlSink
from maskwatch.sinks.save import SaveSink
from maskwatch.sinks.yolo import YoloSink

if TYPE_CHECKING:
    from maskwatch.sinks.window import WindowSink

STANDARD_OUTPUT = "-"
SAVE_FOLDER = Path("maskwatch-out")
"""Where annotated copies go unless a folder is named."""


@dataclass(frozen=True)
class OutputOptions:
    """Which results a run is to leave; an empty path means none of that kind.

    Attributes:
        save: folder for annotated images and videos.
        blur: make faces unrecognisable in what is saved and shown.
        csv, jsonl, coco: table files; "-" is standard output.
        yolo: label folder.
        show: in a window, or on a page where there is no display.
        mirror: what is shown; None mirrors webcams.

    Raises:
        UsageError: when two tables want standard output, or label files do; when an option would change nothing.
    """

    save: Path | None = None
    blur: bool = False
    csv: str = ""
    jsonl: str = ""
    coco: str = ""
    yolo: str = ""
    show: bool = False
    mirror: bool | None = None

    def __post_init__(self) -> None:
        if self._tables.count(STANDARD_OUTPUT) > 1:
            raise UsageError("only one of --csv, --jsonl, --coco can have standard output (-); give the others files")
        if self.yolo == STANDARD_OUTPUT:
            raise UsageError("--yolo writes many files and none to standard output; give it a folder")
        if self.blur and not (self.save or self.show):
            raise UsageError("--blur: no image is saved or shown; add --save or --show")
        if self.mirror is not None and not self.show:
            raise UsageError("--mirror and --no-mirror are for what is shown; add --show, or leave them out")

    @property
    def takes_standard_output(self) -> bool:
        """Whether a table goes to standard output, so that nothing else may."""
        return STANDARD_OUTPUT in self._tables

    @property
    def _tables(self) -> tuple[str, str, str]:
        return self.csv, self.jsonl, self.coco


def save_folder(save: bool, out: Path | None) -> Path | None:
    """The folder for annotated copies; None when there are to be none.

    Args:
        save: whether copies are wanted.
        out: the folder that was named, if any.

    Raises:
        UsageError: when a folder is named for nothing.
    """
    if out is not None and not save:
        raise UsageError(f"--out {out}: no image is saved; add --save")
    return (out or SAVE_FOLDER) if save else None


def build_sinks(options: OutputOptions, *, live: bool) -> tuple[list[Sink], WindowSink | None]:
    """The sinks that the options ask for, and the window among them, if there is one.

    Args:
        options: which results.
        live: whether the source is a camera, which is shown mirrored unless the options say otherwise.

    Raises:
        UsageError: when the label folder holds other labels.
        SinkError: when neither a window nor a page can be opened.
    """
    render = blur_and_draw if options.blur else draw
    sinks: list[Sink] = []
    if options.save:
        sinks.append(SaveSink(options.save, render))
    if options.csv:
        sinks.append(CsvSink(options.csv))
    if options.jsonl:
        sinks.append(JsonlSink(options.jsonl))
    if options.coco:
        sinks.append(CocoSink(options.coco))
    if options.yolo:
        sinks.append(YoloSink(options.yolo))
    if not options.show:
        return sinks, None
    from maskwatch.sinks.window import WindowSink, open_screen

    mirrored = live if options.mirror is None else options.mirror
    window = WindowSink(mirrored, hold=True, render=render, screen=open_screen())
    return [*sinks, window], window


def notes_of(sinks: Iterable[Sink]) -> list[str]:
    """What the sinks have to say when a run has ended, a line each."""
    return [note for sink in sinks if isinstance(sink, YoloSink) for note in sink.notes]
