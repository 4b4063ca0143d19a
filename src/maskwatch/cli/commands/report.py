"""``maskwatch report``: how masks were worn, as one page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

_TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


def report(
    events: Annotated[Path, typer.Argument(help="File of events of a watch, which may be running.", metavar="EVENTS")],
    out: Annotated[Path, typer.Option(help="The page; an older one of that name is replaced.")] = Path("report.html"),
    since: Annotated[
        datetime | None, typer.Option(help="Beginning, local time [default: of the file].", formats=_TIMES)
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(help="End, not included [default: of the file].", formats=_TIMES)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON, and write no page.")] = False,
) -> None:
    """Make one self-contained page: compliance over time, busiest hours, longest violations, gaps."""
    from maskwatch.cli.output.report import print_report

    print_report(events, out, since, until, as_json=as_json)
