"""Running ``maskwatch`` like a user, and reading its output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

QUICK = ("--imgsz", "256", "--threads", "1")
"""Options that are fast and still detect the face in the demo portrait."""

PROGRAM = (sys.executable, "-m", "maskwatch")
"""The command line in a separate process."""


@dataclass(frozen=True)
class Outcome:
    """Exit status and output of a command, including the output of C libraries."""

    status: int
    out: str
    err: str

    @property
    def error_lines(self) -> list[str]:
        return self.err.splitlines()


Command = Callable[..., Outcome]


def records(path: Path) -> list[dict[str, Any]]:
    """The lines of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
