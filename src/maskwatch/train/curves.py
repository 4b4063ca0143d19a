"""Training curves: losses and metrics over the epochs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from maskwatch.files import replacing
from maskwatch.styles import STYLES
from maskwatch.train.model import LOSS_PARTS
from maskwatch.train.run_folder import History


@dataclass(frozen=True)
class Curve:
    """One line of a plot: a column of the history; epochs without a value are skipped."""

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
    """Draw the history of a detector: parts of the loss, and AP on the validation images."""
    losses = [Curve(f"loss_{part}", part) for part in LOSS_PARTS]
    precision = [Curve(style.name, style.words, style.dash, style.hex) for style in STYLES.values()]
    precision.append(Curve("mean", "mean", "-", "#222222", 2.4))
    panels = [
        Panel("Training loss, by part", "loss", losses),
        Panel("Validation AP50, by state", "AP50, percent", precision, (0, 100)),
    ]
    draw_panels(panels, rows, path)


def draw_panels(panels: Sequence[Panel], rows: History, path: Path) -> None:
    """Draw the history as PNG, replacing an older file."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.2), layout="constrained")
    for panel, axes in zip(panels, figure.subplots(1, len(panels)), strict=True):
        for curve in panel.curves:
            measured = [row for row in rows if curve.column in row]
            values = [row[curve.column] for row in measured]
            epochs = [row["epoch"] for row in measured]
            axes.plot(epochs, values, curve.style, color=curve.color, lw=curve.width, label=curve.label)
        axes.set(title=panel.title, xlabel="epoch", ylabel=panel.unit, ylim=panel.limits)
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
    with replacing(path) as part:
        FigureCanvasAgg(figure).print_png(str(part))
