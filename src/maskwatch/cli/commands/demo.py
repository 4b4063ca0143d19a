"""``maskwatch demo``: try the program on generated images."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the annotated images.")] = Path("maskwatch-demo"),
    model: Annotated[str, typer.Option(help="Name of a shipped model, or path of a model file.")] = "small",
    as_json: Annotated[bool, typer.Option("--json", help="Print the faces as JSON Lines instead of tables.")] = False,
) -> None:
    """Generate portraits with and without masks, detect the faces, print them and save annotated images."""
    from maskwatch.cli.output.demo import print_demo

    print_demo(out, model, as_json=as_json)
