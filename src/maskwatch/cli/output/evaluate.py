"""Output of ``maskwatch evaluate``: a progress bar, then tables or JSON, and the paths of the files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.progress import Progress

from maskwatch.data import Dataset, read_dataset
from maskwatch.data.label_corrections import correct_labels
from maskwatch.detect.card import scales_text
from maskwatch.evaluate.coco import evaluate_coco
from maskwatch.evaluate.detection import DetectionOptions, evaluate_detection, run_detector
from maskwatch.evaluate.save import check_output, save_report
from maskwatch.evaluate.slices.report import SliceReport
from maskwatch.evaluate.slices.slices import evaluate_slices
from maskwatch.evaluate.slices.tables import slice_tables
from maskwatch.evaluate.tables import coco_table, report_tables

if TYPE_CHECKING:
    from maskwatch.detect.base import Detector
    from maskwatch.detections import Detections

MIN_WIDTH = 120
"""Width of tables in a file or a pipe, in characters."""


def evaluate_detector(
    detector: Detector,
    data: Path,
    split: str,
    options: DetectionOptions,
    *,
    as_json: bool,
    coco: bool,
    slices: bool = False,
    labels: Path | None = None,
    out: Path | None,
) -> None:
    """Run the detector, evaluate it, print and save the report."""
    if out is not None:
        check_output(out)
    dataset = correct_labels(read_dataset(data), labels)
    if split != "all":
        dataset = dataset.split(split)
    predictions = _run(detector, dataset)
    report = evaluate_detection(dataset, predictions, options)
    coco_report = evaluate_coco(dataset, predictions) if coco else None
    slice_report = _by_slice(detector, dataset, predictions, options) if slices else None
    labelled = f"{data} with {labels}" if labels else str(data)
    title = f"{detector.name} at {scales_text(detector.scales)} px on {labelled}, {split}"
    content: dict[str, Any] = {"model": detector.name, "imgsz": detector.imgsz, "split": split, **report.to_dict()}
    if labels is not None:
        content["labels"] = str(labels)
    if coco_report is not None:
        content["coco"] = coco_report.to_dict()
    if slice_report is not None:
        content["slices"] = slice_report.to_dict()
    if as_json:
        typer.echo(json.dumps(content, indent=1))
    else:
        console = Console()
        console.width = max(console.width, MIN_WIDTH) if not console.is_terminal else console.width
        console.print(title, highlight=False, markup=False)
        for table in [*report_tables(report), *([coco_table(coco_report)] if coco_report else [])]:
            console.print(table)
        for table in slice_tables(slice_report) if slice_report else ():
            console.print(table)
    if out is not None:
        files = save_report(report, content, title, out, slice_report)
        typer.echo(f"written to {out}: {', '.join(file.name for file in files)}", err=as_json)


def _run(detector: Detector, dataset: Dataset) -> list[Detections]:
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("detecting", total=len(dataset))
        return run_detector(detector, dataset, lambda done: bar.update(task, completed=done))


def _by_slice(
    detector: Detector, dataset: Dataset, predictions: list[Detections], options: DetectionOptions
) -> SliceReport:
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("evaluating slices", total=len(dataset))
        return evaluate_slices(detector, dataset, predictions, options, lambda done: bar.update(task, completed=done))
