"""Output of ``maskwatch report``: a summary and the page."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import typer

from maskwatch.report import read_facts, report_page
from maskwatch.report.summary import summary_lines, summary_values
from maskwatch.sinks.text_output import TextOutput


def print_report(events: Path, out: Path, since: datetime | None, until: datetime | None, *, as_json: bool) -> None:
    """Read the event history, write the page and print a summary; with ``as_json``, print the numbers only."""
    facts = read_facts(events, _unix(since), _unix(until))
    if as_json:
        typer.echo(json.dumps(summary_values(facts), indent=1, ensure_ascii=False))
        return
    with TextOutput(out, at_once=False) as file:
        file.write(report_page(facts))
    for line in summary_lines(facts):
        typer.echo(line)
    typer.echo(f"report in {out}")


def _unix(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
