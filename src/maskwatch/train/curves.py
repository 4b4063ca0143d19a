"""The curves of a training: parts of the loss, and AP on the validation pictures, over the epochs."""

from __future__ import annotations

from pathlib import Path

from maskwatch.detections import STATE_NAMES
from maskwatch.train.model import LOSS_PARTS

_STYLES = {"with_mask": "-", "worn_incorrectly": "--", "without_mask": "-.", "mean": "-", "masked": ":"}
_COLORS = {"with_mask": "#009E73", "worn_incorrectly": "#E69F00", "without_mask": "#D55E00", "mean": "#222222"}


def draw_curves(rows: list[dict[str, float]], path: Path) -> None:
    """Draw the history as a PNG, in place of the one that stands there."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.2), layout="constrained")
    losses, precision = figure.subplots(1, 2)
    for part in LOSS_PARTS:
        losses.plot([r["epoch"] for r in rows], [r[f"loss_{part}"] for r in rows], label=part)
    losses.set(title="Training loss, by part", xlabel="epoch", ylabel="loss")
    judged = [row for row in rows if "mean" in row]
    for name in (*STATE_NAMES, "mean"):
        width = 2.4 if name == "mean" else 1.4
        values = [row[name] for row in judged]
        precision.plot([r["epoch"] for r in judged], values, _STYLES[name], color=_COLORS[name], lw=width, label=name)
    precision.set(title="Validation AP50, by state", xlabel="epoch", ylabel="AP50, percent", ylim=(0, 100))
    for axes in (losses, precision):
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
    drawn = path.with_suffix(".part.png")
    FigureCanvasAgg(figure).print_png(str(drawn))
    drawn.replace(path)
