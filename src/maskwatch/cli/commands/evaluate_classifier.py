"""``maskwatch evaluate classifier``: how good a classifier is on class folders."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def classifier(
    model: Annotated[Path, typer.Argument(help="A .keras or .onnx file.")],
    data: Annotated[Path, typer.Argument(help="Folder of class folders, divided into splits or not.")],
    split: Annotated[str, typer.Option(help="Which images: train, val, test; 'all' takes every one.")] = "test",
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole report as JSON.")] = False,
    out: Annotated[Path | None, typer.Option(help="New folder for the report and its images.")] = None,
    rename: Annotated[
        list[str] | None, typer.Option("--map", help="NAME=STATE for a class name that is not known.")
    ] = None,
) -> None:
    """Judge a classifier: accuracy with its 95 % interval, figures of each state, calibration."""
    from maskwatch.cli.output.classifier import evaluate_file

    evaluate_file(model, data, split, rename or [], as_json=as_json, out=out)
