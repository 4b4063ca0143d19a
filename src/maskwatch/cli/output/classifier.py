"""What the commands for classifiers show: epochs, reports, the comparison of runs."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from maskwatch.cli import fail_for
from maskwatch.cli.output.train import require_training, training_bar

if TYPE_CHECKING:
    from maskwatch.evaluate.classification.compare import ComparedRun
    from maskwatch.train.classifier.options import ClassifierOptions
    from maskwatch.train.run_folder import TrainingProgress

NARROWEST = 150
"""Columns; a table in a file or a pipe is not squeezed."""


def run_training(options: ClassifierOptions, runs: Path, *, resume: bool, as_json: bool) -> None:
    """Train with a progress bar, then say what came out and where it lies."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    require_training("Training")
    from maskwatch.evaluate.classification.save import report_lines
    from maskwatch.train.classifier.fit import train_classifier
    from maskwatch.train.run_folder import opened_run

    console = Console(stderr=True)
    bar = training_bar(console)
    bar.disable = not console.is_terminal
    with opened_run("classifier", options, runs, resume=resume) as (folder, settings), bar:
        task = bar.add_task(f"training {settings.name}", total=None)

        def on_progress(progress: TrainingProgress) -> None:
            bar.update(task, completed=progress.step, total=progress.steps)
            if progress.row is not None:
                console.print(_epoch_line(progress.row, progress.epochs), highlight=False)

        result = train_classifier(settings, folder, resume=resume, on_progress=on_progress)
    if as_json:
        typer.echo((result.folder / "report.json").read_text(encoding="utf-8"))
    else:
        typer.echo(f"best epoch {result.epoch}; on the {result.evaluated_on} images:")
        typer.echo("\n".join(report_lines(result.report)))
        typer.echo("\n".join(result.cost.lines()))
        typer.echo(f"results in {result.folder}: model.keras, model.onnx, report.txt, curves.png, mistakes.png ...")
    fail_for(result.problems)


def evaluate_file(model: Path, data: Path, split: str, renames: list[str], *, as_json: bool, out: Path | None) -> None:
    """Evaluate the classifier, print and save the report."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from maskwatch.evaluate.classification.evaluate import evaluate_classifier
    from maskwatch.evaluate.classification.save import report_lines, write_classification
    from maskwatch.evaluate.save import check_output
    from maskwatch.files import new_folder

    if out is not None:
        check_output(out)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("classifying", total=None)
        result = evaluate_classifier(
            model, data, split, renames, lambda done, total: bar.update(task, completed=done, total=total)
        )
    if as_json:
        typer.echo(json.dumps(result.to_dict(), indent=1))
    else:
        typer.echo("\n".join([result.title, *report_lines(result.report)]))
    if out is not None:
        with new_folder(out) as folder:
            write_classification(result.report, result.faces, result.to_dict(), folder)
        typer.echo(f"written to {out}", err=as_json)
    fail_for(result.problems)


def print_comparison(runs: list[Path], plot: Path | None, *, as_json: bool) -> None:
    """Print the table and remarks on how to read it."""
    from maskwatch.evaluate.classification.compare import compare_runs, draw_comparison

    comparison = compare_runs(runs)
    if plot is not None:
        draw_comparison(comparison, plot)
    if as_json:
        typer.echo(json.dumps(comparison.to_dict(), indent=1))
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("run", no_wrap=True)
    for heading in ("network", "initialised from", "evaluated on"):
        table.add_column(heading)
    for heading in ("accuracy % (95 % interval)", "loss", "ECE", "s", "parameters", "MB", "CPU ms"):
        table.add_column(heading, justify="right", no_wrap=True)
    for run in comparison.runs:
        table.add_row(*_cells(run))
    console = Console()
    console.width = max(console.width, NARROWEST) if not console.is_terminal else console.width
    console.print(table)
    for remark in comparison.remarks:
        typer.echo(remark)


def _cells(run: ComparedRun) -> tuple[str, ...]:
    from maskwatch.evaluate.classification.save import accuracy_text

    measured = (f"{run.loss:.4f}", f"{run.ece:.3f}", f"{run.seconds:.0f}", f"{run.parameters:,}")
    size = f"{run.onnx_bytes / 1e6:.2f}"
    accuracy = accuracy_text(run.accuracy).replace(" %", "")
    split = run.split.replace(" (duplicates not kept together)", "")
    return run.run, run.arch, run.start, split, accuracy, *measured, size, f"{run.cpu_ms:.2f}"


def _epoch_line(row: dict[str, float], epochs: int) -> str:
    metrics = "  ".join(f"{key} {row[key]:.4f}" for key in ("loss", "accuracy", "val_loss", "val_accuracy"))
    phase = "  (new layers only)" if row["head_only"] else ""
    return f"epoch {row['epoch']:.0f}/{epochs}  {metrics}  {row['seconds']:.0f} s{phase}"
