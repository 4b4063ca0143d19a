"""Validation errors in one line: name of the setting, where it was set, and what would be valid."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any, get_args

from pydantic import ValidationError

from maskwatch.watch.schema import Group
from maskwatch.watch.senders import sender_names
from maskwatch.watch.settings.yaml_file import SettingPath

MAX_SHOWN = 3


def explain(error: ValidationError, model: type[Group], where: Callable[[SettingPath], str]) -> str:
    """The first three mistakes and the number of the others, in one line.

    Args:
        error: raised by pydantic.
        model: the settings that were validated.
        where: returns the origin of a value, such as file and line.
    """
    mistakes = error.errors(include_url=False, include_context=True, include_input=False)
    lines = []
    for mistake in mistakes[:MAX_SHOWN]:
        group, place = locate(mistake["loc"], model)
        lines.append(f"{where(place)}: {_words(mistake, group, place)}")
    more = len(mistakes) - MAX_SHOWN
    return "; ".join(lines) + (f"; and {more} more" if more > 0 else "")


def locate(loc: tuple[str | int, ...], model: type[Group]) -> tuple[type[Group] | None, SettingPath]:
    """The group that contains a mistake, and its position without the sender types that pydantic inserts."""
    groups: list[type[Group]] = [model]
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
    """The groups of settings in the type of a field."""
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
        return f"{name} is not a setting; {_hint(str(place[-1]), known)}"
    if kind == "missing":
        return f"{name} is missing; add it"
    if kind == "union_tag_not_found":
        return f"{name}.type is missing; add it: {', '.join(sender_names())}"
    if kind == "union_tag_invalid":
        given = str(mistake["ctx"]["tag"])
        return f"{name}.type: there is no sender {given}; {_hint(given, sender_names())}"
    text = mistake["msg"].removeprefix("Value error, ")
    if text.startswith("Input should be"):
        text = "should be" + text.removeprefix("Input should be")
    return f"{name}: {text}" if name else text


def _hint(given: str, known: list[str]) -> str:
    close = difflib.get_close_matches(given, known, n=1, cutoff=0.5)
    return f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"


def dotted(place: SettingPath) -> str:
    """A position as text: ``rules[0].seconds``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
