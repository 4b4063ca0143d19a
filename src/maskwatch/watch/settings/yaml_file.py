"""Reading a YAML file so that every value can be traced to its line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maskwatch.errors import UsageError

SettingPath = tuple[str | int, ...]
"""Where a value stands: names of settings and places in lists, from the outside in."""


@dataclass(frozen=True)
class YamlFile:
    """The content of a file.

    Attributes:
        path: of the file.
        tree: its content, plain values.
        lines: the line of each value by its place, from 1.
    """

    path: Path
    tree: dict[str, Any]
    lines: dict[SettingPath, int]

    def line(self, place: SettingPath) -> int | None:
        """The line of a value, or of the nearest thing around it; None when nothing around it is in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place)


def read_yaml(path: Path) -> YamlFile:
    """Read a settings file.

    Raises:
        UsageError: when it cannot be read, is no YAML, names a setting twice, or does not consist of settings.
    """
    import yaml

    from maskwatch.watch.settings.yaml_values import read_value

    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        lines: dict[SettingPath, int] = {}
        if node is not None:
            _walk(node, (), lines, path)
        tree = read_value(text)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({str(error.strerror).lower()}); check the path") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not a text file in UTF-8; save it as such") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UsageError(f"{path}{_position(error)}: not valid YAML ({_problem(error)}); fix the line") from error
    if tree is None:
        tree = {}
    if not isinstance(tree, dict):
        raise UsageError(f"{path}: holds no settings; begin with a line such as 'cameras:'")
    return YamlFile(path, tree, lines)


def _walk(node: Any, place: SettingPath, lines: dict[SettingPath, int], path: Path) -> None:
    """Note the lines, and refuse names that stand twice, of which YAML would silently take the last."""
    if place in lines:
        raise UsageError(f"{path}, line {node.start_mark.line + 1}: {place[-1]} stands here twice; keep one of them")
    lines[place] = node.start_mark.line + 1
    if node.id == "mapping":
        for key, value in node.value:
            inner = (*place, str(key.value))
            _walk(value, inner, lines, path)
            lines[inner] = key.start_mark.line + 1
    elif node.id == "sequence":
        for index, value in enumerate(node.value):
            _walk(value, (*place, index), lines, path)


def _position(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f", line {mark.line + 1}" if mark is not None else ""


def _problem(error: Exception) -> str:
    return str(getattr(error, "problem", None) or type(error).__name__)
