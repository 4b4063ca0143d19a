"""Write an evaluation into a folder of its own."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from maskwatch.errors import MissingExtraError
from maskwatch.evaluate.plots import draw_precision_recall
from maskwatch.evaluate.report import Column, DetectionReport
from maskwatch.evaluate.slices.report import SliceReport
from maskwatch.files import check_free, new_folder


def claim_folder(folder: Path) -> None:
    """Make sure, before a long evaluation, that its results will have a place and its curves can be drawn.

    Raises:
        UsageError: when the folder holds something already; results are never overwritten.
        MissingExtraError: when matplotlib is not installed.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("evaluate", "Drawing curves") from error
    check_free(folder)


def save_report(
    report: DetectionReport,
    content: dict[str, Any],
    title: str,
    folder: Path,
    slices: SliceReport | None = None,
) -> list[Path]:
    """Write ``report.json``, for each column its curves as CSV and PNG, and ``slices.csv`` where there are slices.

    Everything is written beside the folder first and moved there at the end.

    Args:
        report: gives the curves.
        content: of ``report.json``.
        title: of the images.
        folder: new or empty.
        slices: figures by slice.

    Returns:
        The files.

    Raises:
        UsageError: when the folder is not empty.
        SinkError: when it cannot be written.
        MissingExtraError: when matplotlib is not installed.
    """
    claim_folder(folder)
    with new_folder(folder) as part:
        _write_all(report, content, title, part)
        if slices is not None:
            _write_slices(slices, part / "slices.csv")
    return sorted(folder.iterdir())


def _write_all(report: DetectionReport, content: dict[str, Any], title: str, folder: Path) -> None:
    (folder / "report.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    for column in report.columns:
        suffix = "" if column.name == "tight" else f"_{column.name}"
        _write_curves(column, folder / f"precision_recall{suffix}.csv")
        draw_precision_recall(column, title, folder / f"precision_recall{suffix}.png")


def _write_slices(slices: SliceReport, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(slices.rows())


def _write_curves(column: Column, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["task", "score", "recall", "precision"])
        for name, curve in column.curves.items():
            for score, recall, precision in zip(curve.score, curve.recall, curve.precision, strict=True):
                table.writerow([name, f"{score:.5f}", f"{recall:.5f}", f"{precision:.5f}"])
