"""Output of ``maskwatch train``: progress bar, a line for each epoch, the result and its folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from maskwatch.errors import MissingExtraError

if TYPE_CHECKING:
    from maskwatch.export import ExportCheck
    from maskwatch.train.options import DetectorOptions
    from maskwatch.train.run_folder import TrainingProgress


def run_detector_training(options: DetectorOptions, runs: Path, *, resume: bool) -> None:
    """Train with a progress bar, then print the result and its folder."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    require_training("Training")
    from maskwatch.train.finish import AP50_ON_VAL
    from maskwatch.train.fit import train_detector
    from maskwatch.train.run_folder import opened_run

    console = Console()
    with opened_run("detector", options, runs, resume=resume) as (folder, settings), training_bar(console) as bar:
        task = bar.add_task(f"training {settings.name}", total=settings.steps)

        def on_progress(progress: TrainingProgress) -> None:
            bar.update(task, completed=progress.step)
            if progress.row is not None:
                console.print(epoch_line(progress.row, progress.epochs), highlight=False)

        result = train_detector(settings, folder, resume=resume, on_progress=on_progress)
    metrics = result.exported.card.metrics[AP50_ON_VAL]
    console.print(f"best epoch {result.epoch}, calibrated; {AP50_ON_VAL}: {ap50_line(metrics)}", highlight=False)
    console.print(check_line(result.exported.check), highlight=False)
    console.print(f"results in {result.folder}: model.onnx (inference), model.keras (fine-tuning), curves.png")


def check_line(check: ExportCheck) -> str:
    """How well an exported file agrees with the trained network."""
    return (
        f"exported file compared with the trained network on {check.images} images, largest differences: "
        f"boxes {check.boxes:.1e} px, face scores {check.face_scores:.1e}, state scores {check.state_scores:.1e}"
    )


def require_training(purpose: str) -> None:
    """Check that the packages for training and export are installed.

    Raises:
        MissingExtraError: when one is missing.
    """
    try:
        import keras  # noqa: F401
        import matplotlib  # noqa: F401
        import onnx  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("train", purpose) from error


def ap50_line(metrics: dict[str, float]) -> str:
    """The main metrics as text, in percent."""
    names = ("with_mask", "worn_incorrectly", "without_mask", "masked", "mean")
    return ", ".join(f"{name} {metrics[name]:.1f}" for name in names)


def epoch_line(row: dict[str, float], epochs: int) -> str:
    """One epoch of the history as a line of text."""
    parts = [f"epoch {row['epoch']:.0f}/{epochs}"]
    parts += [f"{key.removeprefix('loss_')} {value:.3f}" for key, value in row.items() if key.startswith("loss_")]
    if "mean" in row:
        parts.append(f"AP50 {ap50_line(row)}")
    return "  ".join([*parts, f"{row['seconds']:.0f} s"])


def training_bar(console: Console) -> Progress:
    """A progress bar with the number of batches, the elapsed and the remaining time."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, TextColumn("left"), TimeRemainingColumn(), console=console)
