"""What a command could not use: named at its end, and told by its exit status."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from maskwatch.cli import SOME_FAILED


def fail_for(problems: Sequence[str]) -> None:
    """Name what was left out, a line each, and end with the status for it; do nothing when nothing was."""
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(SOME_FAILED)
