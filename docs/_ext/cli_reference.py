"""Appends the help text of every command to the page ``reference/cli``, read from the command tree itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer
from sphinx.application import Sphinx

PAGE = "reference/cli"


def commands_page() -> str:
    """One section for each command, as Markdown."""
    from maskwatch.cli.app import app

    return "\n".join(line for section in _sections(typer.main.get_command(app), "maskwatch", None) for line in section)


def _sections(command: Any, name: str, parent: Any) -> Iterator[list[str]]:
    context = command.context_class(command, info_name=name, parent=parent)
    children = getattr(command, "commands", {})
    if not children or parent is None:
        yield _section(command, context)
    for child, inner in children.items():
        yield from _sections(inner, child, context)


def _section(command: Any, context: Any) -> list[str]:
    records = [parameter.get_help_record(context) for parameter in command.get_params(context)]
    rows = [f"| `{_cell(record[0])}` | {_cell(record[1])} |" for record in records if record]
    usage = command.get_usage(context).removeprefix("Usage: ")
    return [
        *("", f"## {context.command_path}", ""),
        *("```text", " ".join(usage.split()), "```", ""),
        *((command.help or "").strip().splitlines()),
        *("", "| parameter | meaning |", "|---|---|", *rows, ""),
    ]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _append(_app: Sphinx, docname: str, source: list[str]) -> None:
    if docname == PAGE:
        source[0] += commands_page()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("source-read", _append)
    return {"parallel_read_safe": True}
