"""The sinks of a run: a registry of those with an option of ``maskwatch detect``, and the choice between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from maskwatch.errors import UsageError

if TYPE_CHECKING:
    from maskwatch.sinks.base import Render, Sink
    from maskwatch.sinks.window import WindowSink

STANDARD_OUTPUT = "-"
SAVE_FOLDER = Path("maskwatch-out")
"""The default folder for annotated copies."""


@dataclass(frozen=True)
class SinkOption:
    """An option ``--NAME TARGET`` of ``maskwatch detect`` and the sink behind it.

    Attributes:
        help: one sentence for ``--help``.
        metavar: ``FILE`` or ``FOLDER``, the kind of target.
        build: makes the sink from its target and the function that draws annotated images.
        standard_output: whether the target ``-`` means standard output.
    """

    help: str
    metavar: str
    build: Callable[[str, Render], Sink]
    standard_output: bool = False


def _sink(module: str, name: str) -> Callable[[str, Render], Sink]:
    """Builds a sink of this package from its target; its module is imported then."""

    def build(target: str, _: Render) -> Sink:
        sink: Sink = getattr(import_module(f"maskwatch.sinks.{module}"), name)(target)
        return sink

    return build


SINKS: dict[str, SinkOption] = {
    "csv": SinkOption("Write a table of faces; - for standard output.", "FILE", _sink("csv_table", "CsvSink"), True),
    "jsonl": SinkOption(
        "Write one JSON line per frame; - for standard output.", "FILE", _sink("jsonl", "JsonlSink"), True
    ),
    "coco": SinkOption("Write COCO annotations; - for standard output.", "FILE", _sink("coco", "CocoSink"), True),
    "yolo": SinkOption("Write YOLO labels.", "FOLDER", _sink("yolo", "YoloSink")),
}
"""The sinks with an option, by the name of the option. A new sink needs one line here."""


@dataclass(frozen=True)
class OutputOptions:
    """The results of a run.

    Attributes:
        save: folder for annotated images and videos.
        blur: make faces unrecognisable in saved and shown images.
        show: show frames in a window, or on a local page where there is no display.
        mirror: whether shown frames are mirrored; None mirrors webcams.
        targets: file or folder for each sink of `SINKS`, by its name; an empty one counts as none.

    Raises:
        UsageError: when two tables or a folder are sent to standard output, or an option would have no effect.
    """

    save: Path | None = None
    blur: bool = False
    show: bool = False
    mirror: bool | None = None
    targets: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        to_stdout = self._to_standard_output
        for name in to_stdout:
            if not SINKS[name].standard_output:
                raise UsageError(
                    f"--{name} cannot write to standard output (-); give it a {SINKS[name].metavar.lower()}"
                )
        if len(to_stdout) > 1:
            tables = ", ".join(f"--{name}" for name, option in SINKS.items() if option.standard_output)
            raise UsageError(f"only one of {tables} can write to standard output (-); give the others files")
        if self.blur and not (self.save or self.show):
            raise UsageError("--blur: no image is saved or shown; add --save or --show")
        if self.mirror is not None and not self.show:
            raise UsageError("--mirror and --no-mirror need --show; add it, or leave them out")

    @property
    def uses_standard_output(self) -> bool:
        """Whether a table goes to standard output, so that nothing else may."""
        return bool(self._to_standard_output)

    @property
    def _to_standard_output(self) -> list[str]:
        return [name for name, target in self.targets.items() if target == STANDARD_OUTPUT]


def save_folder(save: bool, out: Path | None) -> Path | None:
    """The folder for annotated copies; None when none are saved.

    Args:
        save: whether copies are saved.
        out: the folder, if one was named.

    Raises:
        UsageError: when a folder is named without ``--save``.
    """
    if out is not None and not save:
        raise UsageError(f"--out {out}: no image is saved; add --save")
    return (out or SAVE_FOLDER) if save else None


def build_sinks(options: OutputOptions, *, live: bool) -> tuple[list[Sink], WindowSink | None]:
    """The sinks of a run, and the window among them, if there is one.

    Args:
        options: the results.
        live: whether the source is a webcam, which is shown mirrored by default.

    Raises:
        UsageError: when the label folder holds other labels.
        SinkError: when neither a window nor a page can be opened.
    """
    from maskwatch.sinks.blur import blur_and_draw
    from maskwatch.sinks.draw import draw
    from maskwatch.sinks.save import SaveSink

    render = blur_and_draw if options.blur else draw
    sinks: list[Sink] = [SaveSink(options.save, render)] if options.save else []
    sinks += [SINKS[name].build(target, render) for name, target in options.targets.items() if target]
    if not options.show:
        return sinks, None
    from maskwatch.sinks.window import WindowSink, open_screen

    mirrored = live if options.mirror is None else options.mirror
    window = WindowSink(mirrored, hold=True, render=render, screen=open_screen())
    return [*sinks, window], window


def notes_of(sinks: Iterable[Sink]) -> list[str]:
    """Remarks of the sinks after a run, one line each; a sink may have ``notes``."""
    return [note for sink in sinks for note in getattr(sink, "notes", ())]
