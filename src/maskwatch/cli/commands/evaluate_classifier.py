"""``maskwatch evaluate classifier``: evaluate a classifier on class folders."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def classifier(
    model: Annotated[Path, typer.Argument(help="A .keras or .onnx file.")],
    data: Annotated[Path, typer.Argument(help="Folder of class folders, with or without splits.")],
    split: Annotated[str, typer.Option(help="Split to evaluate: train, val, test, or all.")] = "test",
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    out: Annotated[Path | None, typer.Option(help="New folder for the report and its plots.")] = None,
    rename: Annotated[
        list[str] | None, typer.Option("--map", help="NAME=STATE for an unknown class name; repeatable.")
    ] = None,
) -> None:
    """Evaluate a classifier: accuracy with a 95 % interval, metrics of each state, calibration."""
    from maskwatch.cli.output.classifier import evaluate_file

    evaluate_file(model, data, split, rename or [], as_json=as_json, out=out)
