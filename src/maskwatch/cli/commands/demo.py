"""``maskwatch demo``: try everything on images made on the spot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the annotated images.")] = Path("maskwatch-demo"),
    model: Annotated[str, typer.Option(help="A shipped model's name, or the path of a model file.")] = "default",
    as_json: Annotated[bool, typer.Option("--json", help="Print the faces as JSON lines, and no tables.")] = False,
) -> None:
    """Make portraits with and without masks, find the faces, print them and save the annotated images."""
    from maskwatch.cli.output.demo import print_demo

    print_demo(out, model, as_json=as_json)
