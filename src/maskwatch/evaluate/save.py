"""Write an evaluation into a new folder: the report as JSON, precision-recall curves as CSV and PNG, slices as CSV."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maskwatch.detections import STATE_NAMES
from maskwatch.errors import MissingExtraError
from maskwatch.evaluate.intervals import Estimate
from maskwatch.evaluate.report import BoxPolicyReport, DetectionReport
from maskwatch.evaluate.slices.report import SliceReport
from maskwatch.files import check_free, new_folder
from maskwatch.styles import STYLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_CURVE_STYLES = {
    **{style.name: (style.hex, style.dash) for style in STYLES.values()},
    "face": ("#222222", "-"),
    "masked": ("#0072B2", "--"),
}


def check_output(folder: Path) -> None:
    """Check, before a long evaluation, that its results can be written and its curves drawn.

    Raises:
        UsageError: when the folder is not empty; results are never overwritten.
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
    """Write ``report.json``, the curves of each box policy as CSV and PNG, and ``slices.csv`` for slices.

    Args:
        report: contains the curves.
        content: of ``report.json``.
        title: of the plots.
        folder: new or empty.
        slices: metrics by slice.

    Returns:
        The files.

    Raises:
        UsageError: when the folder is not empty.
        SinkError: when it cannot be written.
        MissingExtraError: when matplotlib is not installed.
    """
    check_output(folder)
    with new_folder(folder) as part:
        (part / "report.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        for policy in report.box_policies:
            suffix = "" if policy.name == "tight" else f"_{policy.name}"
            _write_curves(policy, part / f"precision_recall{suffix}.csv")
            draw_precision_recall(policy, title, part / f"precision_recall{suffix}.png")
        if slices is not None:
            with (part / "slices.csv").open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(slices.rows())
    return sorted(folder.iterdir())


def _write_curves(policy: BoxPolicyReport, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["task", "score", "recall", "precision"])
        for name, curve in policy.curves.items():
            for score, recall, precision in zip(curve.score, curve.recall, curve.precision, strict=True):
                table.writerow([name, f"{score:.5f}", f"{recall:.5f}", f"{precision:.5f}"])


def draw_precision_recall(policy: BoxPolicyReport, title: str, path: Path) -> None:
    """Draw the curves as a PNG: the three states on the left, any face and masked faces on the right."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 5.2), layout="constrained")
    states, faces = figure.subplots(1, 2, sharey=True)
    figure.suptitle(title)
    _draw_panel(states, policy, STATE_NAMES, "correct state")
    _draw_panel(faces, policy, ("face", "masked"), "any state")
    states.set_ylabel("precision")
    FigureCanvasAgg(figure).print_png(str(path))


def _draw_panel(axes: Axes, policy: BoxPolicyReport, names: tuple[str, ...], condition: str) -> None:
    _draw_f1_lines(axes)
    for name in names:
        if name not in policy.curves:
            continue
        color, line = _CURVE_STYLES[name]
        curve, metrics = policy.curves[name], policy.all_sizes.tasks[name]
        envelope = curve.envelope
        label = f"{name}, {metrics.faces} faces: AP {_percent(metrics.ap)}"
        axes.step([0, *curve.recall], [*envelope[:1], *envelope], line, where="pre", color=color, lw=2, label=label)
        axes.plot(curve.recall, curve.precision, color=color, lw=0.6, alpha=0.35)
    axes.set(xlim=(0, 1), ylim=(0, 1.01), xlabel="recall", title=f"{condition}, IoU >= {policy.iou:g}")
    axes.grid(color="#DDDDDD", lw=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="lower left", framealpha=0.9, edgecolor="none")


def _draw_f1_lines(axes: Axes) -> None:
    """Faint lines of equal F1."""
    for f1 in (0.5, 0.7, 0.9):
        recall = [f1 / (2 - f1) + step / 200 * (1 - f1 / (2 - f1)) for step in range(201)]
        axes.plot(recall, [f1 * r / (2 * r - f1) for r in recall], color="#BBBBBB", lw=0.8, zorder=0)
        axes.annotate(f"F1 {f1:g}", (0.995, f1 / (2 - f1) + 0.025), color="#888888", fontsize=7, ha="right")


def _percent(estimate: Estimate) -> str:
    if estimate.value is None:
        return "-"
    interval = "" if estimate.low is None or estimate.high is None else f" ({estimate.low:.1%} to {estimate.high:.1%})"
    return f"{estimate.value:.1%}{interval}".replace("%", " %")
