"""Running ``maskwatch`` as a user does, and reading what it leaves."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

QUICK = ("--imgsz", "256", "--threads", "1")
"""Enough to find the face in the demo portrait, and fast."""

PROGRAM = (sys.executable, "-m", "maskwatch")
"""The command line as a process of its own."""


@dataclass(frozen=True)
class Outcome:
    """What a command left on the terminal; output of C libraries is part of it."""

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
