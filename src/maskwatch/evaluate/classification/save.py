"""A classifier's report as text, and all its files: ``report.json``, ``report.txt`` and plots."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from maskwatch.data.face_arrays import FaceArrays
from maskwatch.evaluate.classification.metrics import ClassificationReport
from maskwatch.evaluate.classification.plots import draw_confusion, draw_errors, draw_reliability, draw_roc
from maskwatch.evaluate.intervals import Proportion


def write_classification(
    report: ClassificationReport,
    faces: FaceArrays,
    content: dict[str, Any],
    folder: Path,
    remarks: Iterable[str] = (),
) -> None:
    """Write ``report.json`` and ``report.txt``, and plot confusion matrix, ROC, reliability and misclassified faces.

    Args:
        report: the metrics.
        faces: the images that were evaluated.
        content: of ``report.json``.
        folder: must exist.
        remarks: further lines of ``report.txt``.
    """
    draw_confusion(report, folder / "confusion.png")
    draw_roc(report, folder / "roc.png")
    draw_reliability(report, folder / "reliability.png")
    draw_errors(report, faces.paths, folder / "mistakes.png")
    (folder / "report.txt").write_text("\n".join([*report_lines(report), *remarks]) + "\n", encoding="utf-8")
    (folder / "report.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def report_lines(report: ClassificationReport) -> Iterator[str]:
    """The report as text: accuracy, metrics of each state, confusion matrix, calibration; shares in percent."""
    yield f"accuracy {accuracy_text(report.accuracy)} of {report.images:,} images, loss {report.loss:.4f}"
    yield f"balanced accuracy {100 * report.balanced_accuracy:.1f} %"
    yield f"{'state':<18}{'precision':>10}{'recall':>10}{'F1':>10}{'AUC':>10}{'images':>10}"
    for name, metrics in report.states.items():
        shares = (metrics.precision.value, metrics.recall.value, metrics.f1, metrics.auc)
        yield f"{name:<18}" + "".join(f"{_percent(share):>10}" for share in shares) + f"{metrics.recall.total:>10,}"
    yield "confusion matrix (row: labelled, column: predicted)"
    yield f"{'':<18}" + "".join(f"{name:>18}" for name in report.classes)
    for name, row in zip(report.classes, report.confusion, strict=True):
        yield f"{name:<18}" + "".join(f"{count:>18,}" for count in row)
    reliability = report.reliability
    before, after = reliability.ece
    yield (
        f"calibration, temperature {reliability.temperature:g} ({reliability.source}): "
        f"ECE {before:.4f} before, {after:.4f} after; loss {reliability.loss[0]:.4f}, {reliability.loss[1]:.4f}"
    )


def accuracy_text(share: Proportion) -> str:
    """``98.2 % (95.8 to 99.2)``, or a dash."""
    if share.value is None or share.low is None or share.high is None:
        return "-"
    return f"{100 * share.value:.1f} % ({100 * share.low:.1f} to {100 * share.high:.1f})"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f}"
