"""``maskwatch doctor``: whether the installation is well."""

from __future__ import annotations

from typing import Annotated

import typer


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Look at versions, the OpenCV wheel, models, cameras and codecs; exit status 1 when something is not well."""
    import json
    from dataclasses import asdict

    from maskwatch.doctor import examine

    findings = examine()
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        for finding in findings:
            typer.echo(f"{'ok ' if finding.well else 'BAD'}  {finding.topic:<12} {finding.text}")
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)
