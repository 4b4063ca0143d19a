"""How the settings of a run are stored in its folder and read again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from maskwatch.errors import UsageError


@dataclass(frozen=True)
class RunSettings:
    """Base of the frozen records of settings; every one has a tuple of texts called ``data``."""

    def save(self, path: Path) -> None:
        """Write the settings as JSON."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the settings of an earlier run.

        Raises:
            UsageError: when there are none.
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            return cls(**{**values, "data": tuple(values["data"])})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{path}: no settings of a run ({error}); start a new run without --resume") from error
