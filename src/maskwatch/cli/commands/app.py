"""``maskwatch app``: check images in the browser."""

from __future__ import annotations

from typing import Annotated

import typer


def app_command(
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 admits other computers on the network.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8501,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in this computer's browser.")
    ] = True,
    max_upload: Annotated[int, typer.Option(help="Maximum file size in megabytes.", min=1)] = 100,
    model: Annotated[
        list[str] | None,
        typer.Option(help="Additional single-shot model to offer, by name or path; can be repeated."),
    ] = None,
    classifier: Annotated[
        list[str] | None,
        typer.Option(help="Additional classifier for two-stage detection, by path; can be repeated."),
    ] = None,
    events: Annotated[
        list[str] | None,
        typer.Option(help="Event database of a watch, for a page with its report; can be repeated."),
    ] = None,
) -> None:
    """Check images in the browser; they stay in the memory of this computer."""
    from maskwatch.app.options import AppOptions
    from maskwatch.app.server import serve

    more = tuple(model or ()), tuple(classifier or ()), tuple(events or ())
    serve(AppOptions(host, port, browser, max_upload, *more), typer.echo)
