"""``maskwatch compare``: runs of classifiers beside each other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def compare(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Run folders of 'train classifier'.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    plot: Annotated[Path | None, typer.Option(help="PNG to draw: accuracy against processor time.")] = None,
) -> None:
    """One table: accuracy, size, processor time, training time, and what each run was initialised from."""
    from maskwatch.cli.output.classifier import print_comparison

    print_comparison(runs, plot, as_json=as_json)
