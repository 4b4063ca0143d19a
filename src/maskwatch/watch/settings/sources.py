"""The SOURCE arguments: they select cameras of the settings file, or name cameras in its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from maskwatch.watch.settings.tree import WatchSettings


def apply_sources(tree: dict[str, Any], sources: Sequence[str]) -> list[str] | None:
    """Put the cameras of the command line into the tree of settings.

    Args:
        tree: plain values; its ``cameras`` are replaced unless all sources are names of them.
        sources: from the command line.

    Returns:
        The names to `select`; None when all cameras of the tree are meant.
    """
    cameras = tree.get("cameras")
    named = {str(c.get("name")) for c in cameras if isinstance(c, dict)} if isinstance(cameras, list) else set()
    if not sources:
        return None
    if all(source in named for source in sources):
        return list(sources)
    tree["cameras"] = name_cameras([source for source in sources if source not in named]) + [
        camera for camera in cameras or [] if isinstance(camera, dict) and str(camera.get("name")) in sources
    ]
    return None


def select(settings: WatchSettings, cameras: Sequence[str]) -> WatchSettings:
    """The settings for some of the cameras, without rules and senders that only concern others."""
    rules = [_narrowed(rule, cameras) for rule in settings.rules if not rule.cameras or set(rule.cameras) & {*cameras}]
    selected = [camera for camera in settings.cameras if camera.name in cameras]
    zones = {zone.name for camera in selected for zone in camera.zones}
    rules = [rule for rule in rules if rule.zone is None or rule.zone in zones]
    names = {rule.name for rule in rules}
    senders = [
        _narrowed(sender, cameras).model_copy(update={"rules": [name for name in sender.rules if name in names]})
        for sender in settings.senders
        if (not sender.cameras or set(sender.cameras) & {*cameras}) and (not sender.rules or set(sender.rules) & names)
    ]
    return settings.model_copy(update={"cameras": selected, "rules": rules, "senders": senders})


def _narrowed(group: Any, cameras: Sequence[str]) -> Any:
    return group.model_copy(update={"cameras": [name for name in group.cameras if name in cameras]})


def name_cameras(sources: Sequence[str]) -> list[dict[str, str]]:
    """Cameras for sources, named after the number of the webcam, the host or the file."""
    cameras: list[dict[str, str]] = []
    for source in sources:
        name = base = _name_from(source)
        number = 1
        while name in {camera["name"] for camera in cameras}:
            number += 1
            name = f"{base}-{number}"
        cameras.append({"name": name, "url": source})
    return cameras


def _name_from(source: str) -> str:
    if source.isdecimal():
        return f"webcam-{source}"
    base = Path(source).stem
    if "://" in source:  # only the host, since the rest may contain a password
        try:
            base = urlsplit(source).hostname or ""
        except ValueError:
            base = ""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", base).strip("-._")[:48] or "camera"
