"""``maskwatch report``: a mask compliance report as one page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

_TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


def report(
    events: Annotated[Path, typer.Argument(help="Event history of a watch, which may be running.", metavar="EVENTS")],
    out: Annotated[Path, typer.Option(help="The page to write; an existing file is replaced.")] = Path("report.html"),
    since: Annotated[
        datetime | None, typer.Option(help="Start in local time [default: the first event].", formats=_TIMES)
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(help="End in local time, exclusive [default: the last event].", formats=_TIMES)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON; write no page.")] = False,
) -> None:
    """Write a mask compliance report as one self-contained page.

    It shows compliance over time, busiest hours, longest incidents and outages.
    """
    from maskwatch.cli.output.report import print_report

    print_report(events, out, since, until, as_json=as_json)
