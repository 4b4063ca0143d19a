"""Labelled images: annotation formats, audit, split, crop and label corrections.

Everything here is imported when it is first used, so that ``maskwatch --help`` stays fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maskwatch.data.dataset import Dataset as Dataset
    from maskwatch.data.dataset import LabelledImage as LabelledImage
    from maskwatch.data.reader import read_dataset as read_dataset

_MODULE_OF = {"Dataset": "dataset", "LabelledImage": "dataset", "read_dataset": "reader"}
__all__ = sorted(_MODULE_OF)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'maskwatch.data' has no attribute '{name}'")
    return getattr(import_module(f"maskwatch.data.{_MODULE_OF[name]}"), name)
