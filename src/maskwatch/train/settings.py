"""Settings of a training run, stored in its folder as ``config.json`` and read again to resume."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import KW_ONLY, asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any, Self

from maskwatch.errors import UsageError

RENAMED = {"far": "imgsz_high", "near": "imgsz_low", "whole": "full_image_share", "home": "clean_share"}
"""Settings in run folders and plans from before the release of 0.1.0, and their present names."""
_PACKAGES = ("maskwatch", "keras", "tensorflow-cpu", "tensorflow", "torch", "numpy", "onnxruntime")


@dataclass(frozen=True)
class RunSettings:
    """Base of the settings of a detector's and a classifier's training.

    Attributes:
        data: files or folders with the training data.
        name: of the run, and of the model on its card.
        seed: random seed; the same settings and seed draw the same samples.
        environment: package versions and machine, see `environment`.
    """

    data: tuple[str, ...]
    name: str = "run"
    _: KW_ONLY
    seed: int = 0
    environment: dict[str, str] = field(default_factory=dict, compare=False)

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
            return cls.from_dict(migrated(json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{path}: no settings of a run ({error}); start a new run without --resume") from error

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The settings from a JSON object; raises whatever a missing or unknown field raises."""
        return cls(**{**values, "data": tuple(values["data"])})


def migrated(value: Any) -> Any:
    """JSON content with the present names of `RENAMED` settings, in nested objects too."""
    if isinstance(value, list):
        return [migrated(item) for item in value]
    if isinstance(value, dict):
        return {RENAMED.get(key, key): migrated(item) for key, item in value.items()}
    return value


def environment() -> dict[str, str]:
    """Package versions and machine, stored with a run."""
    import keras

    result = {"python": platform.python_version(), "machine": platform.machine(), "system": platform.system()}
    result |= {"keras_backend": keras.backend.backend(), "cores": str(os.cpu_count())}
    for package in _PACKAGES:
        try:
            result[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return result
