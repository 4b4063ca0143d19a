"""MaskWatch finds every face and tells whether its mask is worn, worn incorrectly or absent."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maskwatch.detect import load_detector as load_detector
    from maskwatch.detect import load_two_stage as load_two_stage
    from maskwatch.detections import Detections as Detections
    from maskwatch.detections import MaskState as MaskState
    from maskwatch.frames import Frame as Frame
    from maskwatch.sources import open_source as open_source

__version__ = "0.1.0"

_HOMES = {
    "Detections": "maskwatch.detections",
    "Frame": "maskwatch.frames",
    "MaskState": "maskwatch.detections",
    "load_detector": "maskwatch.detect",
    "load_two_stage": "maskwatch.detect",
    "open_source": "maskwatch.sources",
}

__all__ = ["Detections", "Frame", "MaskState", "__version__", "load_detector", "load_two_stage", "open_source"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``import maskwatch`` stays fast."""
    if name not in _HOMES:
        raise AttributeError(f"module 'maskwatch' has no attribute '{name}'")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
