"""What ``maskwatch train`` shows: a bar with the time left, a line for each epoch, and where the results lie."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from maskwatch.errors import MissingExtraError

if TYPE_CHECKING:
    from maskwatch.train.fit import Progress as TrainingProgress
    from maskwatch.train.options import DetectorOptions


def run_detector_training(options: DetectorOptions, runs: Path, *, resume: bool) -> None:
    """Train with a progress bar, then say what came out and where it lies."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        from maskwatch.train.fit import train_detector
        from maskwatch.train.run_folder import RunFolder, environment
    except ImportError as error:
        raise MissingExtraError("train", "Training") from error
    from maskwatch.train.options import DetectorOptions

    console = Console()
    if resume:
        folder = RunFolder(runs / "detector" / options.name)
        options = DetectorOptions.load(folder.options)
    else:
        folder = RunFolder.create(runs, "detector", options.name)
        options = replace(options, environment=environment())
        options.save(folder.options)
    with _bar(console) as bar:
        task = bar.add_task(f"training {options.name}", total=options.epochs * options.steps)

        def report(progress: TrainingProgress) -> None:
            bar.update(task, completed=progress.step)
            if progress.row is not None:
                console.print(epoch_line(progress.row, progress.epochs), highlight=False)

        result = train_detector(options, folder, resume=resume, report=report)
    console.print(f"best epoch {result.epoch}: mean AP50 {result.figures['mean']:.1f} % on the val pictures")
    check = result.check
    console.print(
        f"exported file against the trained network on {check.pictures} pictures, largest differences: "
        f"boxes {check.boxes:.1e} px, face scores {check.face_scores:.1e}, state scores {check.state_scores:.1e}"
    )
    console.print(f"results in {result.folder}: model.onnx (to detect), model.keras (to train further), curves.png")


def epoch_line(row: dict[str, float], epochs: int) -> str:
    """One epoch of the history as a line of text."""
    parts = [f"epoch {row['epoch']:.0f}/{epochs}"]
    parts += [f"{key.removeprefix('loss_')} {value:.3f}" for key, value in row.items() if key.startswith("loss_")]
    if "mean" in row:
        names = ("with_mask", "worn_incorrectly", "without_mask", "masked", "mean")
        parts.append("AP50 " + ", ".join(f"{name} {row[name]:.1f}" for name in names))
    return "  ".join([*parts, f"{row['seconds']:.0f} s"])


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, TextColumn("left"), TimeRemainingColumn(), console=console)
