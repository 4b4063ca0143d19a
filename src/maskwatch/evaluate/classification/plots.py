"""Plots of a classifier's report: confusion matrix, ROC, reliability, and its most confident errors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from maskwatch.evaluate.classification.metrics import ClassificationReport, roc_curve
from maskwatch.images import read_image
from maskwatch.styles import STYLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_CURVE_STYLES = {style.name: (style.hex, style.dash) for style in STYLES.values()}
_GRID_COLUMNS, _MOST_ERRORS, _BINS = 6, 24, 10


def draw_confusion(report: ClassificationReport, path: Path) -> None:
    """Counts by labelled state (row) and predicted state (column), shaded by the share of the row."""
    figure, axes = _figure()
    counts = np.array(report.confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(counts):
        color = "white" if shares[row, column] > 0.5 else "black"
        text = f"{count}\n{shares[row, column]:.1%}".replace("%", " %")
        axes.annotate(text, (column, row), color=color, ha="center", va="center")
    ticks = range(len(report.classes))
    axes.set(xticks=ticks, yticks=ticks, xlabel="predicted", ylabel="labelled", title=f"{report.images} images")
    axes.set_xticklabels(report.classes)
    axes.set_yticklabels(report.classes, rotation=90, va="center")
    _write(figure, path)


def draw_roc(report: ClassificationReport, path: Path) -> None:
    """ROC curve of each state against the others."""
    figure, axes = _figure()
    for i, name in enumerate(report.classes):
        positive = report.labels == i
        auc = report.states[name].auc
        if auc is None:
            continue
        false_rate, true_rate = roc_curve(report.scores[:, i], positive)
        color, line = _CURVE_STYLES[name]
        axes.plot(false_rate, true_rate, line, color=color, lw=2, label=f"{name}: AUC {auc:.4f}")
    axes.plot([0, 1], [0, 1], ":", color="#888888", lw=1, label="chance")
    axes.set(xlabel="false positive rate", ylabel="true positive rate", title="ROC", xlim=(0, 1), ylim=(0, 1.01))
    _finish(axes)
    _write(figure, path)


def draw_reliability(report: ClassificationReport, path: Path) -> None:
    """Accuracy over confidence, before and after calibration; larger markers stand for more images."""
    figure, axes = _figure()
    axes.plot([0, 1], [0, 1], ":", color="#888888", lw=1, label="perfect")
    versions = (("uncalibrated", report.scores, "#D55E00", "-"), ("calibrated", _calibrated(report), "#0072B2", "--"))
    for (label, scores, color, line), ece in zip(versions, report.reliability.ece, strict=True):
        confidence, accuracy, share = _bins(scores, report.labels)
        axes.plot(confidence, accuracy, line, color=color, lw=1.5, label=f"{label}: ECE {ece:.3f}")
        axes.scatter(confidence, accuracy, s=20 + 300 * share, color=color, alpha=0.5)
    axes.set(xlabel="confidence", ylabel="accuracy", xlim=(0, 1.02), ylim=(0, 1.02))
    axes.set_title(f"Reliability, temperature {report.reliability.temperature:g}")
    _finish(axes)
    _write(figure, path)


def draw_errors(report: ClassificationReport, paths: Sequence[Path], path: Path) -> None:
    """The misclassified images, most confident first.

    Args:
        report: of these images.
        paths: the N files, which are read again.
        path: PNG.
    """
    confidence, predicted = report.scores.max(axis=1), report.scores.argmax(axis=1)
    wrong = np.flatnonzero(predicted != report.labels)
    worst = wrong[np.argsort(-confidence[wrong], kind="stable")][:_MOST_ERRORS]
    rows = max(1, -(-len(worst) // _GRID_COLUMNS))
    figure, grid = _figure(rows, _GRID_COLUMNS, (11, 2.3 * rows + 0.5))
    figure.suptitle(f"{len(wrong)} of {report.images} images misclassified, most confident first")
    for axes in grid.flat:
        axes.set_axis_off()
    for i, axes in zip(worst.tolist(), grid.flat, strict=False):
        axes.imshow(read_image(paths[i]))
        labelled, guess = report.classes[report.labels[i]], report.classes[predicted[i]]
        axes.set_title(f"{paths[i].name[-24:]}\n{labelled}\npredicted {guess} {confidence[i]:.3f}", fontsize=7)
    _write(figure, path)


def _calibrated(report: ClassificationReport) -> NDArray[np.float32]:
    return report.calibration(report.scores)


def _bins(scores: NDArray[np.float32], labels: NDArray[np.int64]) -> tuple[NDArray[np.float64], ...]:
    """Mean confidence, accuracy and share of the images in each confidence bin that is not empty."""
    confidence, right = scores.max(axis=1), scores.argmax(axis=1) == labels
    bin_of = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    members = [bin_of == b for b in np.unique(bin_of)]
    means = [(confidence[chosen].mean(), right[chosen].mean(), chosen.mean()) for chosen in members]
    return tuple(np.array(means, np.float64).T)


def _figure(rows: int = 1, columns: int = 1, size: tuple[float, float] = (5.6, 5.2)) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    return figure, figure.subplots(rows, columns)


def _finish(axes: Axes) -> None:
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, loc="lower right")


def _write(figure: Any, path: Path) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(figure).print_png(str(path))
