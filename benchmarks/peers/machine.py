"""The machine on which a result was measured."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path

_PACKAGES = ("maskwatch", "numpy", "onnxruntime", "opencv-python-headless")


def describe() -> dict[str, str]:
    """CPU, cores, load average of the last minute, system and versions, for the last columns of a table of results."""
    versions = [f"{name} {metadata.version(name)}" for name in _PACKAGES]
    return {
        "cpu": _cpu_model(),
        "cores": str(os.cpu_count()),
        "load": f"{os.getloadavg()[0]:.1f}",
        "system": f"{platform.system()} {platform.machine()}",
        "versions": "; ".join([f"Python {platform.python_version()}", *versions]),
    }


def _cpu_model() -> str:
    """CPU name with family and model, since some virtual machines hide the name."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    fields = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    name = fields.get("model name", platform.machine())
    return f"{name}, family {fields.get('cpu family', '?')} model {fields.get('model', '?')}"
