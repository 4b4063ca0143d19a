"""``maskwatch compare``: compare training runs of classifiers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def compare(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Run folders of 'train classifier'.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the comparison as JSON.")] = False,
    plot: Annotated[Path | None, typer.Option(help="PNG file for a plot of accuracy against CPU time.")] = None,
) -> None:
    """Compare runs in a table: accuracy, size, CPU time, training time, initial weights."""
    from maskwatch.cli.output.classifier import print_comparison

    print_comparison(runs, plot, as_json=as_json)
