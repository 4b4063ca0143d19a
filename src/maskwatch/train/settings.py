"""How the settings of a run are stored in its folder and read again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from maskwatch.errors import UsageError

RENAMED = {
    **{"far": "imgsz_high", "near": "imgsz_low", "whole": "full_image_share", "home": "clean_share"},
}
"""Settings of runs begun before 0.1.0 was released, and their names since."""


def migrated(values: dict[str, Any]) -> dict[str, Any]:
    """Settings under the names that they have now; nested records too."""
    return {RENAMED.get(key, key): _migrated_value(value) for key, value in values.items()}


def _migrated_value(value: Any) -> Any:
    if isinstance(value, list):
        return [_migrated_value(item) for item in value]
    return migrated(value) if isinstance(value, dict) else value


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
            values = migrated(json.loads(path.read_text(encoding="utf-8")))
            return cls(**{**values, "data": tuple(values["data"])})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{path}: no settings of a run ({error}); start a new run without --resume") from error
