"""Settings in environment variables: ``MASKWATCH_DETECTOR__CONF=0.4`` sets ``detector.conf``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from maskwatch.errors import UsageError
from maskwatch.watch.settings.tree import WatchSettings
from maskwatch.watch.settings.yaml_file import SettingPath

PREFIX, SEPARATOR = "MASKWATCH_", "__"
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def from_environment(environment: Mapping[str, str]) -> dict[SettingPath, tuple[str, Any]]:
    """The settings found there, by their place: name of the variable and value.

    Two underscores go a level deeper, a number chooses from a list. Values are YAML, so that lists can be written as
    ``[a, b]``. Variables whose first word is no setting belong to others and are passed over.

    Raises:
        UsageError: when a value is no YAML.
    """
    found: dict[SettingPath, tuple[str, Any]] = {}
    for variable in sorted(environment):
        if not variable.startswith(PREFIX):
            continue
        words = variable.removeprefix(PREFIX).lower().split(SEPARATOR)
        if words[0] in WatchSettings.model_fields:
            place = tuple(int(word) if word.isdecimal() else word for word in words)
            found[place] = (variable, _value(variable, environment[variable]))
    return found


def expand(text: str, environment: Mapping[str, str], where: str) -> str:
    """The text with ``${NAME}`` replaced by environment variables.

    Raises:
        UsageError: when one is not set.
    """

    def value(match: re.Match[str]) -> str:
        if match[1] not in environment:
            raise UsageError(f"{where}: environment variable {match[1]} is not set; set it, or write the value")
        return environment[match[1]]

    return _VARIABLE.sub(value, text)


def _value(variable: str, text: str) -> Any:
    import yaml

    from maskwatch.watch.settings.yaml_values import read_value

    try:
        return read_value(text)
    except yaml.YAMLError as error:
        raise UsageError(f"environment variable {variable}: not a value in YAML; put it in quotes") from error
