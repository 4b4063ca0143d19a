"""The settings of ``maskwatch watch``, from a YAML file, the environment and flags."""

from __future__ import annotations

from maskwatch.watch.settings.cameras import CameraSettings, ZoneSettings
from maskwatch.watch.settings.load import load_settings
from maskwatch.watch.settings.rules import RuleSettings, ScheduleSettings
from maskwatch.watch.settings.sentences import describe
from maskwatch.watch.settings.tree import WatchSettings

__all__ = [
    "CameraSettings",
    "RuleSettings",
    "ScheduleSettings",
    "WatchSettings",
    "ZoneSettings",
    "describe",
    "load_settings",
]
