"""Precision-recall curves as an image."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from maskwatch.detections import STATE_NAMES
from maskwatch.evaluate.estimates import Estimate
from maskwatch.evaluate.report import Column
from maskwatch.styles import STYLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LOOKS = {
    **{style.name: (style.hex, style.dash) for style in STYLES.values()},
    "face": ("#222222", "-"),
    "masked": ("#0072B2", "--"),
}


def draw_precision_recall(column: Column, title: str, path: Path) -> None:
    """Write the curves of one column as a PNG: the three states on the left, any face and masked faces on the right."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 5.2), layout="constrained")
    states, faces = figure.subplots(1, 2, sharey=True)
    figure.suptitle(title)
    _panel(states, column, STATE_NAMES, "the right state")
    _panel(faces, column, ("face", "masked"), "a box of any state")
    states.set_ylabel("precision")
    FigureCanvasAgg(figure).print_png(str(path))


def _panel(axes: Axes, column: Column, names: tuple[str, ...], condition: str) -> None:
    _draw_f1_lines(axes)
    for name in names:
        if name not in column.curves:
            continue
        color, line = _LOOKS[name]
        curve, metrics = column.curves[name], column.all_sizes.tasks[name]
        envelope = curve.envelope
        label = f"{name}, {metrics.faces} faces: AP {_percent(metrics.ap)}"
        axes.step([0, *curve.recall], [*envelope[:1], *envelope], line, where="pre", color=color, lw=2, label=label)
        axes.plot(curve.recall, curve.precision, color=color, lw=0.6, alpha=0.35)
    axes.set(xlim=(0, 1), ylim=(0, 1.01), xlabel="recall", title=f"{condition}, IoU >= {column.iou:g}")
    axes.grid(color="#DDDDDD", lw=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="lower left", framealpha=0.9, edgecolor="none")


def _draw_f1_lines(axes: Axes) -> None:
    """Faint lines along which the harmonic mean of precision and recall is the same."""
    for f1 in (0.5, 0.7, 0.9):
        recall = [f1 / (2 - f1) + step / 200 * (1 - f1 / (2 - f1)) for step in range(201)]
        axes.plot(recall, [f1 * r / (2 * r - f1) for r in recall], color="#BBBBBB", lw=0.8, zorder=0)
        axes.annotate(f"F1 {f1:g}", (0.995, f1 / (2 - f1) + 0.025), color="#888888", fontsize=7, ha="right")


def _percent(estimate: Estimate) -> str:
    if estimate.value is None:
        return "-"
    interval = "" if estimate.low is None or estimate.high is None else f" ({estimate.low:.1%} to {estimate.high:.1%})"
    return f"{estimate.value:.1%}{interval}".replace("%", " %")
