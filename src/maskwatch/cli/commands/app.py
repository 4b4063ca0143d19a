"""``maskwatch app``: a page to bring images to, in the browser."""

from __future__ import annotations

from typing import Annotated

import typer


def app_command(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 lets others on the network in.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8501,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in this computer's browser.")
    ] = True,
    max_upload: Annotated[int, typer.Option(help="Largest file that is taken, in megabytes.", min=1)] = 100,
    model: Annotated[
        list[str] | None, typer.Option(help="A further model to choose from, by name or path; may be repeated.")
    ] = None,
    classifier: Annotated[
        list[str] | None, typer.Option(help="A further classifier for two stages, by path; may be repeated.")
    ] = None,
    events: Annotated[
        list[str] | None, typer.Option(help="File of events of a watch, for a page with its report; may be repeated.")
    ] = None,
) -> None:
    """Check images in the browser; they stay on this computer, in memory only."""
    from maskwatch.app.options import AppOptions
    from maskwatch.app.server import serve

    more = tuple(model or ()), tuple(classifier or ()), tuple(events or ())
    serve(AppOptions(host, port, browser, max_upload, *more), typer.echo)
