"""The registry of annotation formats.

To add a format, write a module with a record of its own (see ``voc.py``) and add a line to `FORMATS`.
"""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING

from maskwatch.errors import UsageError

if TYPE_CHECKING:
    from maskwatch.data.formats.contract import DataFormat

FORMATS: dict[str, str] = {
    "coco": "maskwatch.data.formats.coco:FORMAT",
    "voc": "maskwatch.data.formats.voc:FORMAT",
    "yolo": "maskwatch.data.formats.yolo:FORMAT",
}
"""The `DataFormat` records by name. A module is imported when its record is used."""


def data_format(name: str) -> DataFormat:
    """The record of a format.

    Raises:
        UsageError: when the name is not known.
    """
    if name not in FORMATS:
        raise UsageError(f"format {name} is not known; take one of {', '.join(FORMATS)}")
    record: DataFormat = resolve_name(FORMATS[name])
    return record


def data_formats() -> dict[str, DataFormat]:
    """All records by name."""
    return {name: data_format(name) for name in FORMATS}
