"""Runs of classifiers as an image: accuracy against processor time."""

from __future__ import annotations

from pathlib import Path

from maskwatch.errors import SinkError
from maskwatch.evaluate.classification.compare import RANDOM, Comparison

_WIDE = 5
"""Ratio of the slowest to the fastest from which the axis is logarithmic."""


def draw_comparison(comparison: Comparison, path: Path) -> None:
    """Accuracy with its 95 % interval over CPU milliseconds for a face; runs from random weights are hollow.

    Args:
        comparison: at least one run.
        path: PNG; what is there is replaced.

    Raises:
        SinkError: when it cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5.4), layout="constrained")
    axes = figure.subplots()
    for run in comparison.runs:
        share = run.accuracy
        if share.value is None or share.low is None or share.high is None:
            continue
        random = run.start == RANDOM
        color = "#777777" if random else "#0072B2"
        reach = [[100 * (share.value - share.low)], [100 * (share.high - share.value)]]
        axes.errorbar(run.cpu_ms, 100 * share.value, yerr=reach, fmt="none", ecolor=color, capsize=3, lw=1)
        size = 30 + 60 * (run.onnx_bytes / 1e6) ** 0.5
        face = "none" if random else color
        axes.scatter(run.cpu_ms, 100 * share.value, s=size, facecolors=face, edgecolors=color, zorder=3)
        axes.annotate(run.run, (run.cpu_ms, 100 * share.value), (7, 5), textcoords="offset points", fontsize=9)
    times = [run.cpu_ms for run in comparison.runs]
    if max(times) > _WIDE * min(times):
        axes.set_xscale("log")
    else:
        axes.set_xlim(0, 1.25 * max(times))
    axes.set(xlabel="processor milliseconds for a face, one thread", ylabel="accuracy, percent")
    axes.set_title("Filled: from pretrained weights. Hollow: from random ones. Area: size of the file.", fontsize=10)
    axes.grid(alpha=0.3, which="both")
    figure.supxlabel("\n".join(comparison.remarks), fontsize=8, color="#555555")
    part = path.with_suffix(".part.png")
    try:
        FigureCanvasAgg(figure).print_png(str(part))
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise SinkError(f"{path}: cannot be written ({error.strerror}); give another --plot") from error
