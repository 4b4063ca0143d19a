"""The curves of a training: what is measured each epoch, over the epochs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from maskwatch.detections import STATE_NAMES
from maskwatch.styles import STYLES
from maskwatch.train.model import LOSS_PARTS

_CURVES = {style.name: (style.dash, style.hex) for style in STYLES.values()} | {"mean": ("-", "#222222")}

History = list[dict[str, float]]


@dataclass(frozen=True)
class Curve:
    """One line: a column of the history, epochs without a value left out."""

    column: str
    label: str
    style: str = "-"
    color: str | None = None
    width: float = 1.4


@dataclass(frozen=True)
class Panel:
    """One pair of axes."""

    title: str
    unit: str
    curves: Sequence[Curve]
    limits: tuple[float, float] | None = None


def draw_curves(rows: History, path: Path) -> None:
    """Draw a detector's history: parts of the loss, and AP on the validation images."""
    losses = [Curve(f"loss_{part}", part) for part in LOSS_PARTS]
    precision = [Curve(name, name, *_CURVES[name], 2.4 if name == "mean" else 1.4) for name in (*STATE_NAMES, "mean")]
    panels = [
        Panel("Training loss, by part", "loss", losses),
        Panel("Validation AP50, by state", "AP50, percent", precision, (0, 100)),
    ]
    draw_panels(panels, rows, path)


def draw_panels(panels: Sequence[Panel], rows: History, path: Path) -> None:
    """Draw the history as a PNG, in place of the one that stands there."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.2), layout="constrained")
    for panel, axes in zip(panels, figure.subplots(1, len(panels)), strict=True):
        for curve in panel.curves:
            judged = [row for row in rows if curve.column in row]
            values = [row[curve.column] for row in judged]
            epochs = [row["epoch"] for row in judged]
            axes.plot(epochs, values, curve.style, color=curve.color, lw=curve.width, label=curve.label)
        axes.set(title=panel.title, xlabel="epoch", ylabel=panel.unit, ylim=panel.limits)
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
    drawn = path.with_suffix(".part.png")
    FigureCanvasAgg(figure).print_png(str(drawn))
    drawn.replace(path)
