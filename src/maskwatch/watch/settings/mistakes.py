"""What is wrong with settings, in words: the name of the setting, where it stands, and what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any, get_args

from pydantic import ValidationError

from maskwatch.watch.settings.base import Group
from maskwatch.watch.settings.tree import WatchSettings
from maskwatch.watch.settings.yaml_file import SettingPath

MOST = 3
"""So many mistakes are told at once."""


def explain(error: ValidationError, origin: Callable[[SettingPath], str]) -> str:
    """All mistakes in one line.

    Args:
        error: as pydantic raised it.
        origin: says of a place where it was set.
    """
    mistakes = error.errors(include_url=False, include_context=True, include_input=False)
    lines = []
    for mistake in mistakes[:MOST]:
        group, place = locate(mistake["loc"])
        lines.append(f"{origin(place)}: {_words(mistake, group, place)}")
    more = len(mistakes) - MOST
    return "; ".join(lines) + (f"; and {more} more" if more > 0 else "")


def locate(loc: tuple[str | int, ...]) -> tuple[type[Group] | None, SettingPath]:
    """The group of settings in which a mistake was made, and its place without the tags that pydantic puts between."""
    groups: list[type[Group]] = [WatchSettings]
    place: list[str | int] = []
    for index, part in enumerate(loc):
        last = index == len(loc) - 1
        tagged = [group for group in groups if part == _tag(group)] if len(groups) > 1 else []
        if tagged:
            groups = tagged
            continue
        place.append(part)
        if isinstance(part, str) and not last:
            fields = [group.model_fields[part] for group in groups if part in group.model_fields]
            groups = [found for entry in fields for found in groups_in(entry.annotation)]
    return (groups[0] if groups else None), tuple(place)


def groups_in(annotation: Any) -> list[type[Group]]:
    """The groups of settings that the type of a field speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, Group):
        return [annotation]
    return [found for argument in get_args(annotation) for found in groups_in(argument)]


def _tag(group: type[Group]) -> str | None:
    entry = group.model_fields.get("type")
    return None if entry is None else str(get_args(entry.annotation)[0])


def _words(mistake: Any, group: type[Group] | None, place: SettingPath) -> str:
    name, kind = dotted(place), mistake["type"]
    if kind == "extra_forbidden" and group is not None:
        known = [field for field in group.model_fields if field != "type"]
        near = difflib.get_close_matches(str(place[-1]), known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
        return f"{name} is no setting; {hint}"
    if kind == "missing":
        return f"{name} is missing; add it"
    if kind == "union_tag_not_found":
        return f"{name}.type is missing; add it: webhook, mqtt, apprise, sound or jsonl"
    if kind == "union_tag_invalid":
        given, expected = mistake["ctx"]["tag"], mistake["ctx"]["expected_tags"].replace("'", "")
        near = difflib.get_close_matches(str(given), expected.split(", "), n=1, cutoff=0.5)
        return f"{name}.type: no sender {given}; " + (f"did you mean {near[0]}?" if near else f"known: {expected}")
    text = mistake["msg"].removeprefix("Value error, ")
    if text.startswith("Input should be"):
        text = "should be" + text.removeprefix("Input should be")
    return f"{name}: {text}" if name else text


def dotted(place: SettingPath) -> str:
    """``rules[0].seconds``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
