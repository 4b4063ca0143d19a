"""YAML as people mean it: 18:30 is a time of day, and not 1110, which YAML 1.1 makes of it in base 60."""

from __future__ import annotations

from typing import Any

import yaml


class ValueLoader(yaml.SafeLoader):  # type: ignore[misc]
    """The safe loader without numbers in base 60, which YAML 1.2 does not have any more: they stay text."""


def read_value(text: str) -> Any:
    """The value that a text in YAML stands for.

    Raises:
        yaml.YAMLError: when it is no YAML.
    """
    return yaml.load(text, Loader=ValueLoader)


def _whole(loader: ValueLoader, node: Any) -> Any:
    return node.value if ":" in node.value else loader.construct_yaml_int(node)


def _number(loader: ValueLoader, node: Any) -> Any:
    return node.value if ":" in node.value else loader.construct_yaml_float(node)


ValueLoader.add_constructor("tag:yaml.org,2002:int", _whole)
ValueLoader.add_constructor("tag:yaml.org,2002:float", _number)
