"""The page of all settings, made of the fields themselves, so that it cannot say anything else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from maskwatch.watch.settings.base import Group
from maskwatch.watch.settings.mistakes import groups_in
from maskwatch.watch.settings.tree import WatchSettings

INTRODUCTION = """# Settings of `maskwatch watch`

<!-- Made of the fields in src/maskwatch/watch/settings by scripts/settings-page; change those, not this page. -->

All settings can stand in a YAML file (`maskwatch watch --config watch.yaml`). None is needed to begin:
`maskwatch watch 0` watches the first webcam. `maskwatch watch --config watch.yaml --check` says what would happen, and
what is wrong.

```yaml
cameras:
  - name: entrance
    url: rtsp://viewer:${ENTRANCE_PASSWORD}@192.168.1.20/stream1
    zones:
      - {name: door, polygon: [[0.1, 0.2], [0.6, 0.2], [0.6, 1.0], [0.1, 1.0]]}
  - {name: ward, url: 0}
rules:
  - name: no-mask
    states: [without_mask, worn_incorrectly]
    seconds: 3
    zone: door
    schedules:
      - {days: [mon, tue, wed, thu, fri], start: 07:00, end: 19:00, timezone: Europe/Berlin}
senders:
  - type: webhook
    url: https://example.org/masks
    secret: {env: MASKS_SECRET}
  - {type: jsonl, path: events.jsonl}
```

What comes later wins: the file, the environment, flags of the command line. In the environment, `MASKWATCH_` and two
underscores for each level: `MASKWATCH_DETECTOR__CONF=0.4`, `MASKWATCH_CAMERAS__0__URL=1`; values are YAML. A setting
that there is not is refused, with its line and the nearest one that there is.
"""


def settings_page() -> str:
    """All settings with their kinds, defaults and descriptions, as Markdown."""
    parts = [INTRODUCTION, _section("The whole", WatchSettings)]
    parts += [_section(_title(group), group) for group in _all_groups(WatchSettings)]
    return "\n".join(parts)


def _all_groups(group: type[Group]) -> Iterator[type[Group]]:
    """The groups below one, each once, in the order in which they are met."""
    met: list[type[Group]] = []
    for entry in group.model_fields.values():
        for inner in groups_in(entry.annotation):
            met += [found for found in (inner, *_all_groups(inner)) if found not in met]
    return iter(met)


def _title(group: type[Group]) -> str:
    name = group.__name__.removesuffix("Settings")
    return f"Sender: {name.lower()}" if "type" in group.model_fields else name


def _section(title: str, group: type[Group]) -> str:
    summary = (group.__doc__ or "").strip().splitlines()[0]
    lines = [f"## {title}\n", f"{summary}\n", "| setting | kind | default | |", "|---|---|---|---|"]
    for name, entry in group.model_fields.items():
        cells = [f"`{name}`", _kind(entry), _default(entry), entry.description or ""]
        lines.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _kind(entry: FieldInfo) -> str:
    words = _words(entry.annotation)
    limits = [_limit(limit) for limit in entry.metadata]
    return ", ".join([words, *(limit for limit in limits if limit)])


def _words(annotation: Any) -> str:
    """A kind of value in words."""
    plain = {str: "text", int: "whole number", float: "number", bool: "true or false", Path: "path", time: "HH:MM"}
    if annotation in plain:
        return plain[annotation]
    arguments = [argument for argument in get_args(annotation) if argument is not type(None)]
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{argument}`" for argument in arguments)
    groups = list(dict.fromkeys(_title(group) for group in groups_in(annotation)))
    if groups:
        several = get_origin(annotation) is list
        kinds = "a sender" if len(groups) > 1 else "`{env: NAME}` or `{file: PATH}`" if groups == ["Secret"] else None
        inner = kinds or f"[{groups[0].lower()}](#{groups[0].lower()})"
        return f"list of {inner}" if several else inner
    if get_origin(annotation) is list:
        return f"list of {_words(arguments[0])}"
    if get_origin(annotation) is tuple:
        return "list of points [x, y]"
    return _words(arguments[0]) if arguments else "text"


def _limit(limit: Any) -> str:
    match limit:
        case Ge(ge=value):
            return f"from {value}"
        case Gt(gt=value):
            return f"over {value}"
        case Le(le=value):
            return f"to {value}"
        case Lt(lt=value):
            return f"under {value}"
    return ""


def _default(entry: FieldInfo) -> str:
    value = entry.default
    if value is PydanticUndefined:
        return "needed"
    if value is None or value in ("", []):
        return "none"
    if isinstance(value, Group):
        return "see there"
    if isinstance(value, list):
        inner = ", ".join(one.name if hasattr(one, "name") else str(one) for one in value)
        return f"`[{inner}]`"
    text = (
        f"{value:%H:%M}" if isinstance(value, time) else str(value).lower() if isinstance(value, bool) else str(value)
    )
    return f"`{text}`"


if __name__ == "__main__":
    sys.stdout.write(settings_page())
