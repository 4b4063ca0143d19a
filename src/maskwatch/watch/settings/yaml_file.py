"""Reading a YAML file with the line of every value, for error messages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from maskwatch.errors import UsageError

SettingPath = tuple[str | int, ...]
"""Position of a value in the settings: names of groups and indices of lists, from the outside in."""


@dataclass(frozen=True)
class YamlFile:
    """The content of a file.

    Attributes:
        path: of the file.
        tree: its content as plain values.
        lines: line number of each value, from 1.
    """

    path: Path
    tree: dict[str, Any]
    lines: dict[SettingPath, int]

    def where(self, place: SettingPath) -> str:
        """File and line of a value, or of the closest group around it that the file contains."""
        while place and place not in self.lines:
            place = place[:-1]
        line = self.lines.get(place)
        return f"{self.path}" if line is None else f"{self.path}, line {line}"


def read_yaml(path: Path) -> YamlFile:
    """Read a settings file.

    Raises:
        UsageError: when it is unreadable or not YAML, has a setting twice, or is not a mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        lines: dict[SettingPath, int] = {}
        if node is not None:
            _collect_lines(node, (), lines, path)
        tree = parse_value(text)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({str(error.strerror).lower()}); check the path") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not a text file in UTF-8; save it as UTF-8") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UsageError(f"{path}{_position(error)}: not valid YAML ({_problem(error)}); fix the line") from error
    if tree is None:
        tree = {}
    if not isinstance(tree, dict):
        raise UsageError(f"{path}: contains no settings; start with a line such as 'cameras:'")
    return YamlFile(path, tree, lines)


def parse_value(text: str) -> Any:
    """The value of a text in YAML.

    Raises:
        yaml.YAMLError: when it is not YAML.
    """
    return yaml.load(text, Loader=_ValueLoader)


class _ValueLoader(yaml.SafeLoader):  # type: ignore[misc]
    """The safe loader without base 60, so that 18:30 stays the text "18:30" (YAML 1.1 reads it as 1110)."""


def _int_or_text(loader: _ValueLoader, node: Any) -> Any:
    return node.value if ":" in node.value else loader.construct_yaml_int(node)


def _float_or_text(loader: _ValueLoader, node: Any) -> Any:
    return node.value if ":" in node.value else loader.construct_yaml_float(node)


_ValueLoader.add_constructor("tag:yaml.org,2002:int", _int_or_text)
_ValueLoader.add_constructor("tag:yaml.org,2002:float", _float_or_text)


def _collect_lines(node: Any, place: SettingPath, lines: dict[SettingPath, int], path: Path) -> None:
    """Collect line numbers; a repeated name is an error, since YAML would silently use the last value."""
    if place in lines:
        raise UsageError(f"{path}, line {node.start_mark.line + 1}: {place[-1]} is set twice; remove one")
    lines[place] = node.start_mark.line + 1
    if node.id == "mapping":
        for key, value in node.value:
            inner = (*place, str(key.value))
            _collect_lines(value, inner, lines, path)
            lines[inner] = key.start_mark.line + 1
    elif node.id == "sequence":
        for index, value in enumerate(node.value):
            _collect_lines(value, (*place, index), lines, path)


def _position(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f", line {mark.line + 1}" if mark is not None else ""


def _problem(error: Exception) -> str:
    return str(getattr(error, "problem", None) or type(error).__name__)
