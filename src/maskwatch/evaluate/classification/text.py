"""A classifier's report as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from maskwatch.evaluate.classification.metrics import ClassificationReport
from maskwatch.evaluate.estimates import Proportion


def report_lines(report: ClassificationReport) -> Iterator[str]:
    """The classification report: accuracy, each state, confusion matrix, calibration; shares in percent."""
    yield f"accuracy {interval_text(report.accuracy)} of {report.images:,} images, loss {report.loss:.4f}"
    yield f"balanced accuracy {100 * report.balanced_accuracy:.1f} %"
    yield f"{'state':<18}{'precision':>10}{'recall':>10}{'F1':>10}{'AUC':>10}{'images':>10}"
    for name, metrics in report.states.items():
        shares = (metrics.precision.value, metrics.recall.value, metrics.f1, metrics.auc)
        yield f"{name:<18}" + "".join(f"{_percent(share):>10}" for share in shares) + f"{metrics.recall.total:>10,}"
    yield "confusion (row: labelled, column: called)"
    yield f"{'':<18}" + "".join(f"{name:>18}" for name in report.classes)
    for name, row in zip(report.classes, report.confusion, strict=True):
        yield f"{name:<18}" + "".join(f"{count:>18,}" for count in row)
    found = report.reliability
    yield (
        f"calibration, temperature {found.temperature:g} ({found.source}): "
        f"ECE {found.ece[0]:.4f} before, {found.ece[1]:.4f} after; loss {found.loss[0]:.4f}, {found.loss[1]:.4f}"
    )


def interval_text(share: Proportion) -> str:
    """``98.2 % (95.8 to 99.2)``, or a dash."""
    if share.value is None or share.low is None or share.high is None:
        return "-"
    return f"{100 * share.value:.1f} % ({100 * share.low:.1f} to {100 * share.high:.1f})"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f}"
