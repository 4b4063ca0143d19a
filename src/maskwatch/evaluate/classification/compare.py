"""Runs of classifiers beside each other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from maskwatch.errors import UsageError
from maskwatch.evaluate.estimates import Proportion

RANDOM = "random"


@dataclass(frozen=True)
class ComparedRun:
    """One row of the comparison.

    Attributes:
        run: its folder's name.
        arch: the network, with the side of its input in pixels.
        start: what it was initialised from; "random" where from nothing.
        split: how the images were divided, and which of them judge.
        accuracy: on these.
        loss: mean cross-entropy on these.
        ece: expected calibration error after calibration.
        seconds: of the training.
        parameters: number of weights.
        onnx_bytes: of the model file.
        cpu_ms: processor time for one face, one thread.
        judged_images: the same text where the same images judge.
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
    judged_images: str


@dataclass(frozen=True)
class Comparison:
    """Rows, best accuracy first, and what must be known to read them."""

    runs: list[ComparedRun]
    remarks: list[str]

    def to_dict(self) -> dict[str, Any]:
        """The comparison in types that JSON knows."""
        return asdict(self)


def compare_runs(folders: Sequence[Path]) -> Comparison:
    """Read the reports of runs of ``maskwatch train classifier``.

    Raises:
        UsageError: when a folder holds no such run.
    """
    runs = sorted((_read(folder) for folder in folders), key=lambda run: run.accuracy.value or 0.0, reverse=True)
    remarks = []
    if len({run.judged_images for run in runs}) > 1:
        remarks.append("The runs were not judged on the same images: their accuracies cannot be ranked.")
    if any(run.start == RANDOM for run in runs):
        remarks.append("Runs from random weights on few images do not rank architectures: more data may turn them.")
    if any(run.split.startswith("naive") for run in runs):
        remarks.append("Accuracies on naive splits are too good: copies of test images were learnt.")
    return Comparison(runs, remarks)


def _read(folder: Path) -> ComparedRun:
    path = folder / "report.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        cost = found["cost"]
        return ComparedRun(
            run=folder.resolve().name,
            arch=f"{found['arch']} {found['size']} px",
            start=RANDOM if found["start"] == "none" else str(found["start"]),
            split=f"{found['split_method']}, {found['split']}",
            accuracy=Proportion(**found["accuracy"]),
            loss=float(found["loss"]),
            ece=float(found["reliability"]["ece"][1]),
            seconds=float(cost["seconds"]),
            parameters=int(cost["parameters"]),
            onnx_bytes=int(cost["onnx_bytes"]),
            cpu_ms=float(cost["cpu_ms"]),
            judged_images=str(found["judged_images"]),
        )
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); give folders of 'train classifier'") from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise UsageError(f"{path}: not the report of a classifier's run ({error!r}); train it again") from error
