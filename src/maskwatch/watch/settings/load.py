"""From a YAML file, the environment, flags and sources on the command line to checked settings."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from maskwatch.errors import UsageError
from maskwatch.watch.settings.environment import expand, from_environment
from maskwatch.watch.settings.mistakes import explain
from maskwatch.watch.settings.tree import WatchSettings
from maskwatch.watch.settings.yaml_file import SettingPath, YamlFile, read_yaml


def load_settings(
    path: Path | None = None,
    sources: Sequence[str] = (),
    overrides: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> WatchSettings:
    """Put the settings together; what comes later wins: file, environment, flags.

    Args:
        path: of a YAML file, or None.
        sources: from the command line. Names of cameras in the file choose these; anything else is watched instead of
            the file's cameras.
        overrides: from flags, by dotted names such as ``detector.conf``; None values are passed over.
        environment: variables; None takes those of this process.

    Raises:
        UsageError: in one line, with the name of the setting, where it stands and what would be right.
    """
    variables = os.environ if environment is None else environment
    file = None if path is None else read_yaml(Path(path))
    tree = {} if file is None else copy.deepcopy(file.tree)
    origins: dict[SettingPath, str] = {}
    for place, (variable, value) in from_environment(variables).items():
        _put(tree, place, value, origin=f"environment variable {variable}")
        origins[place] = f"environment variable {variable}"
    for name, value in (overrides or {}).items():
        if value is not None:
            place = tuple(name.split("."))
            _put(tree, place, value, origin=name)
            origins[place] = "command line"
    chosen = _choose(tree, sources)
    _expand_urls(tree, variables)
    if not tree.get("cameras"):
        raise UsageError(
            "no camera to watch; name a SOURCE (0 is the first webcam), or give --config with cameras in it"
        )
    try:
        settings = WatchSettings.model_validate(tree)
    except ValidationError as error:
        raise UsageError(explain(error, lambda place: _origin(place, file, origins))) from error
    return settings if chosen is None else narrow(settings, chosen)


def narrow(settings: WatchSettings, cameras: Sequence[str]) -> WatchSettings:
    """The settings for some of the cameras: rules and senders for others only are left out."""
    rules = [_narrowed(rule, cameras) for rule in settings.rules if not rule.cameras or set(rule.cameras) & {*cameras}]
    kept = [camera for camera in settings.cameras if camera.name in cameras]
    zones = {zone.name for camera in kept for zone in camera.zones}
    rules = [rule for rule in rules if rule.zone is None or rule.zone in zones]
    names = {rule.name for rule in rules}
    senders = [
        _narrowed(sender, cameras).model_copy(update={"rules": [name for name in sender.rules if name in names]})
        for sender in settings.senders
        if (not sender.cameras or set(sender.cameras) & {*cameras}) and (not sender.rules or set(sender.rules) & names)
    ]
    return settings.model_copy(update={"cameras": kept, "rules": rules, "senders": senders})


def _narrowed(group: Any, cameras: Sequence[str]) -> Any:
    return group.model_copy(update={"cameras": [name for name in group.cameras if name in cameras]})


def _choose(tree: dict[str, Any], sources: Sequence[str]) -> list[str] | None:
    """Which cameras of the file are meant; None when the sources have taken their place, or nothing was named."""
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


def name_cameras(sources: Sequence[str]) -> list[dict[str, str]]:
    """Cameras for sources of the command line, with names made from numbers, hosts and file names."""
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
    if "://" in source:  # of an address only the host, since the rest may hold a password
        try:
            base = urlsplit(source).hostname or ""
        except ValueError:
            base = ""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", base).strip("-._")[:48] or "camera"


def _expand_urls(tree: dict[str, Any], variables: Mapping[str, str]) -> None:
    cameras = tree.get("cameras")
    for index, camera in enumerate(cameras if isinstance(cameras, list) else []):
        if isinstance(camera, dict) and isinstance(camera.get("url"), int) and not isinstance(camera["url"], bool):
            camera["url"] = str(camera["url"])  # webcams are written as plain numbers
        if isinstance(camera, dict) and isinstance(camera.get("url"), str):
            camera["url"] = expand(camera["url"], variables, f"cameras[{index}].url")


def _put(tree: Any, place: SettingPath, value: Any, *, origin: str) -> None:
    *above, last = place
    for part in above:
        if isinstance(tree, dict) and tree.get(part) is None:
            tree[part] = {}
        tree = _inside(tree, part, origin)
    if isinstance(tree, dict):
        tree[last] = value
    else:
        _inside(tree, last, origin)
        tree[last] = value


def _inside(tree: Any, part: str | int, origin: str) -> Any:
    if isinstance(tree, dict) and part in tree:
        return tree[part]
    if isinstance(tree, list) and isinstance(part, int) and part < len(tree):
        return tree[part]
    raise UsageError(f"{origin}: there is no {part!r} to change there; write the whole list in the settings file")


def _origin(place: SettingPath, file: YamlFile | None, origins: Mapping[SettingPath, str]) -> str:
    for length in range(len(place), 0, -1):
        if place[:length] in origins:
            return origins[place[:length]]
    line = None if file is None else file.line(place)
    return "settings" if file is None else f"{file.path}" + ("" if line is None else f", line {line}")
