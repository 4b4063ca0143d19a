"""Load and check settings from a YAML file, the environment, flags and sources."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from maskwatch.errors import UsageError
from maskwatch.watch.senders import SENDERS, sender_names, sender_type
from maskwatch.watch.settings.mistakes import dotted, explain
from maskwatch.watch.settings.renamed import rename_in_file, renamed
from maskwatch.watch.settings.sources import apply_sources, select
from maskwatch.watch.settings.tree import WatchSettings, settings_model
from maskwatch.watch.settings.yaml_file import SettingPath, YamlFile, parse_value, read_yaml

PREFIX, SEPARATOR = "MASKWATCH_", "__"
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def load_settings(
    path: Path | None = None,
    sources: Sequence[str] = (),
    overrides: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> WatchSettings:
    """Load settings. Flags take precedence over the environment, which takes precedence over the file.

    Args:
        path: of a YAML file, or None.
        sources: from the command line. Names of cameras in the file select these; any other source replaces the
            cameras of the file.
        overrides: from flags, by dotted names such as ``detector.conf``; None values are ignored.
        environment: variables; None for those of this process.

    Raises:
        UsageError: in one line, with the name of the setting, its file and line, and a valid value.
    """
    variables = os.environ if environment is None else environment
    values = _Values(None if path is None else read_yaml(Path(path)))
    for place, variable, value in from_environment(variables):
        origin = f"environment variable {variable}"
        values.put(renamed(place, origin), value, origin)
    for name, value in (overrides or {}).items():
        if value is not None:
            values.put(tuple(name.split(".")), value, "command line")
    selected = apply_sources(values.tree, sources)
    _expand_urls(values.tree, variables)
    if not values.tree.get("cameras"):
        raise UsageError("no camera to watch; name a SOURCE (0 is the first webcam), or list cameras in --config")
    settings = values.validated()
    return settings if selected is None else select(settings, selected)


class _Values:
    """Plain values of the settings, with the origin of each."""

    def __init__(self, file: YamlFile | None) -> None:
        self._file = file
        self._origins: dict[SettingPath, str] = {}
        if file is not None:
            rename_in_file(file)
        self.tree: dict[str, Any] = {} if file is None else copy.deepcopy(file.tree)

    def put(self, place: SettingPath, value: Any, origin: str) -> None:
        """Set one value; groups on the way are created, items of lists are not."""
        *above, last = place
        tree: Any = self.tree
        for part in above:
            if isinstance(tree, dict) and tree.get(part) is None:
                tree[part] = {}
            tree = _item(tree, part, origin)
        if not isinstance(tree, dict):
            _item(tree, last, origin)
        tree[last] = value
        self._origins[place] = origin

    def validated(self) -> WatchSettings:
        """The settings, all checks passed."""
        model = settings_model(self._plugins())
        try:
            return model.model_validate(self.tree)
        except ValidationError as error:
            raise UsageError(explain(error, model, self._where)) from error

    def _plugins(self) -> list[str]:
        """The types of senders in use that are not built in but can be loaded."""
        senders, known = self.tree.get("senders"), []
        for index, sender in enumerate(senders if isinstance(senders, list) else []):
            name = sender.get("type") if isinstance(sender, dict) else None
            if name in sender_names() and name not in SENDERS:
                try:
                    sender_type(name)
                except UsageError as error:
                    raise UsageError(f"{self._where(('senders', index, 'type'))}: {error}") from error
                known.append(name)
        return known

    def _where(self, place: SettingPath) -> str:
        for length in range(len(place), 0, -1):
            if place[:length] in self._origins:
                return self._origins[place[:length]]
        return "settings" if self._file is None else self._file.where(place)


def from_environment(environment: Mapping[str, str]) -> Iterator[tuple[SettingPath, str, Any]]:
    """The settings in environment variables: position, name of the variable and value.

    ``MASKWATCH_DETECTOR__CONF=0.4`` sets ``detector.conf``: two underscores go one level deeper, a number selects an
    item of a list. Values are YAML, so that ``[a, b]`` is a list. Variables whose first word is not a setting are
    ignored.

    Raises:
        UsageError: when a value is not YAML.
    """
    for variable in sorted(environment):
        if not variable.startswith(PREFIX):
            continue
        words = variable.removeprefix(PREFIX).lower().split(SEPARATOR)
        if words[0] in WatchSettings.model_fields:
            place = tuple(int(word) if word.isdecimal() else word for word in words)
            try:
                yield place, variable, parse_value(environment[variable])
            except yaml.YAMLError as error:
                raise UsageError(f"environment variable {variable}: not a value in YAML; put it in quotes") from error


def _item(tree: Any, part: str | int, origin: str) -> Any:
    if isinstance(tree, dict) and part in tree:
        return tree[part]
    if isinstance(tree, list) and isinstance(part, int) and part < len(tree):
        return tree[part]
    raise UsageError(f"{origin}: there is no {part!r} to change; write the whole list in the settings file")


def _expand_urls(tree: dict[str, Any], variables: Mapping[str, str]) -> None:
    """Replace ``${NAME}`` in the addresses of cameras by environment variables."""
    cameras = tree.get("cameras")
    for index, camera in enumerate(cameras if isinstance(cameras, list) else []):
        if isinstance(camera, dict) and isinstance(camera.get("url"), int) and not isinstance(camera["url"], bool):
            camera["url"] = str(camera["url"])  # webcams are written as plain numbers
        if isinstance(camera, dict) and isinstance(camera.get("url"), str):
            camera["url"] = _expanded(camera["url"], variables, dotted(("cameras", index, "url")))


def _expanded(text: str, variables: Mapping[str, str], name: str) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in variables:
            raise UsageError(f"{name}: environment variable {match[1]} is not set; set it, or write the value")
        return variables[match[1]]

    return _VARIABLE.sub(value, text)
