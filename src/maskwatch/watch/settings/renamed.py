"""Settings that had another name in the past: the old name still works, with a warning."""

from __future__ import annotations

import logging
from typing import Any

from maskwatch.errors import UsageError
from maskwatch.watch.settings.yaml_file import SettingPath, YamlFile

RENAMED: dict[tuple[str, str], str] = {
    ("events", "share_interval_s"): "count_interval_s",
}
"""The new name by group and old name."""

_LOG = logging.getLogger("maskwatch.watch")


def rename_in_file(file: YamlFile) -> None:
    """Give all settings of a file their present names.

    Raises:
        UsageError: when the file has a setting under both names.
    """
    for (group, old), new in RENAMED.items():
        values: Any = file.tree.get(group)
        if not isinstance(values, dict) or old not in values:
            continue
        if new in values:
            raise UsageError(f"{file.where((group, old))}: {group}.{old} is now {group}.{new}; remove the old one")
        _warn(file.where((group, old)), group, old)
        values[new] = values.pop(old)
        file.lines[group, new] = file.lines[group, old]


def renamed(place: SettingPath, origin: str) -> SettingPath:
    """The present position of a setting that ``origin`` (an environment variable) gives."""
    if len(place) != 2 or place not in RENAMED:
        return place
    group, old = place
    _warn(origin, group, old)
    return group, RENAMED[group, old]


def _warn(origin: str, group: str, old: str) -> None:
    _LOG.warning("%s: %s.%s is now called %s; rename it", origin, group, old, RENAMED[group, old])
