"""``maskwatch watch``: live cameras, rules, events."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def watch(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            help="Number of a webcam, address (rtsp, rtsps, http, https), video file, or a camera of --config.",
            metavar="[SOURCE]...",
            show_default=False,
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Settings: cameras, zones, rules, senders.", metavar="YAML")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Try the settings: one frame of each camera, and what would happen.")
    ] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Serve a page on this computer with the images and live counts.")
    ] = False,
    blur: Annotated[bool, typer.Option("--blur", help="Make faces unrecognisable on that page.")] = False,
    draw_zone: Annotated[
        str | None,
        typer.Option(help="Draw a zone on an image of this camera, and print its settings.", metavar="CAMERA"),
    ] = None,
    events: Annotated[
        Path | None, typer.Option(help="File that keeps the events [default: maskwatch-events.sqlite].")
    ] = None,
    model: Annotated[str | None, typer.Option(help="A shipped model's name, or the path of a model file.")] = None,
    conf: Annotated[
        float | None, typer.Option(help="Lowest confidence of a face, 0 to 1 [default: the model's].")
    ] = None,
    imgsz: Annotated[int | None, typer.Option(help="Pixels to which the longer side is scaled.")] = None,
    threads: Annotated[int | None, typer.Option(help="Threads for one image [default: half of the cores].")] = None,
    every: Annotated[
        int | None, typer.Option(help="Look at each n-th image only, and follow people between.", metavar="N")
    ] = None,
    snapshots: Annotated[
        bool, typer.Option("--snapshots", help="Keep an image of each incident; everyone else is blurred.")
    ] = False,
    clips: Annotated[
        bool, typer.Option("--clips", help="Keep a short video of each incident; everyone else is blurred.")
    ] = False,
    metrics: Annotated[bool, typer.Option("--metrics", help="Serve figures for Prometheus on port 9108.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each event as one line of JSON; with --check, what was found.")
    ] = False,
) -> None:
    """Watch cameras: one verdict per person, rules, events. Ctrl-C ends it.

    Exit status: 0 ended by SIGTERM or at the end of all files, 1 something failed, 2 wrong usage, 70 the detector stood
    still, 130 interrupted.
    """
    from maskwatch.cli.commands import watch_run
    from maskwatch.errors import UsageError
    from maskwatch.watch.settings import load_settings

    flags = {
        "events.path": None if events is None else str(events),
        "detector.model": model,
        "detector.conf": conf,
        "detector.imgsz": imgsz,
        "detector.threads": threads,
        "detector.every": every,
        "preview.enabled": preview or None,
        "preview.blur": blur or None,
        "snapshots.enabled": snapshots or None,
        "clips.enabled": clips or None,
        "metrics.enabled": metrics or None,
    }
    settings = load_settings(config, sources or [], flags)
    if blur and not settings.preview.enabled:
        raise UsageError("--blur is for the preview page; add --preview")
    if check:
        status = watch_run.check(settings, as_json=as_json)
    elif draw_zone is not None:
        status = watch_run.draw_zone(settings, draw_zone)
    else:
        status = watch_run.watch(settings, as_json=as_json)
    if status:
        raise typer.Exit(status)
