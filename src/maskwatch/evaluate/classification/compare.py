"""Comparison of training runs of classifiers: a table, and a plot of accuracy against CPU time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from maskwatch.errors import UsageError
from maskwatch.evaluate.intervals import Proportion
from maskwatch.files import replacing

RANDOM = "random"
_WIDE = 5
"""Ratio of the slowest to the fastest run from which the time axis is logarithmic."""
_OLD_KEYS = ("judged_images", "judged_pictures")
"""Names of ``evaluated_images`` in earlier run folders."""


@dataclass(frozen=True)
class ComparedRun:
    """One row of the comparison.

    Attributes:
        run: name of its folder.
        arch: the network, with the side of its input in pixels.
        start: initial weights; "random" for none.
        split: how the images were split, and which split was evaluated.
        accuracy: on this split.
        loss: mean cross-entropy on this split.
        ece: expected calibration error after calibration.
        seconds: duration of the training.
        parameters: number of weights.
        onnx_bytes: size of the model file.
        cpu_ms: CPU milliseconds per face on one thread.
        evaluated_images: a hash of the evaluated images.
    """

    run: str
    arch: str
    start: str
    split: str
    accuracy: Proportion
    loss: float
    ece: float
    seconds: float
    parameters: int
    onnx_bytes: int
    cpu_ms: float
    evaluated_images: str


@dataclass(frozen=True)
class Comparison:
    """Rows, best accuracy first, and remarks on how to read them."""

    runs: list[ComparedRun]
    remarks: list[str]

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON types."""
        return asdict(self)


def compare_runs(folders: Sequence[Path]) -> Comparison:
    """Read the reports of runs of ``maskwatch train classifier``.

    Raises:
        UsageError: when a folder contains no such run.
    """
    runs = sorted((_read(folder) for folder in folders), key=lambda run: run.accuracy.value or 0.0, reverse=True)
    remarks = []
    if len({run.evaluated_images for run in runs}) > 1:
        remarks.append("The runs were not evaluated on the same images: do not rank their accuracies.")
    if any(run.start == RANDOM for run in runs):
        remarks.append(
            "Runs from random weights on few images do not rank architectures: more data may reverse the order."
        )
    if any(run.split.startswith("naive") for run in runs):
        remarks.append("Accuracies on naive splits are too optimistic: training included duplicates of test images.")
    return Comparison(runs, remarks)


def _read(folder: Path) -> ComparedRun:
    path = folder / "report.json"
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        cost = report["cost"]
        images = next(report[key] for key in ("evaluated_images", *_OLD_KEYS) if key in report)
        return ComparedRun(
            run=folder.resolve().name,
            arch=f"{report['arch']} {report['size']} px",
            start=RANDOM if report["start"] == "none" else str(report["start"]),
            split=f"{report['split_method']}, {report['split']}",
            accuracy=Proportion(**report["accuracy"]),
            loss=float(report["loss"]),
            ece=float(report["reliability"]["ece"][1]),
            seconds=float(cost["seconds"]),
            parameters=int(cost["parameters"]),
            onnx_bytes=int(cost["onnx_bytes"]),
            cpu_ms=float(cost["cpu_ms"]),
            evaluated_images=str(images),
        )
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be read ({error.strerror}); give run folders of 'train classifier'"
        ) from error
    except (ValueError, KeyError, TypeError, IndexError, StopIteration) as error:
        raise UsageError(
            f"{path}: not the report of a classifier run ({error!r}); train the classifier again"
        ) from error


def draw_comparison(comparison: Comparison, path: Path) -> None:
    """Plot accuracy with its 95 % interval over CPU time per face; runs from random weights have hollow markers.

    Args:
        comparison: at least one run.
        path: PNG; an existing file is replaced.

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
    axes.set(xlabel="CPU milliseconds per face, one thread", ylabel="accuracy, percent")
    axes.set_title(
        "Filled: pretrained weights. Hollow: random weights. Marker area: size of the model file.", fontsize=10
    )
    axes.grid(alpha=0.3, which="both")
    figure.supxlabel("\n".join(comparison.remarks), fontsize=8, color="#555555")
    with replacing(path, "give another --plot") as part:
        FigureCanvasAgg(figure).print_png(str(part))
