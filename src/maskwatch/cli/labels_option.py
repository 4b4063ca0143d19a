"""The option of corrected labels, alike in every command that has it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

CorrectedLabels = Annotated[
    Path | None, typer.Option("--labels", help="CSV file of corrections to the labels, such as recipes/labels/*.csv.")
]
