"""``maskwatch watch``: monitor cameras, detect incidents, send alerts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def watch(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            help="Webcam number, URL (rtsp, rtsps, http, https), video file, or name of a camera in --config.",
            metavar="[SOURCE]...",
            show_default=False,
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Settings file: cameras, zones, rules, senders.", metavar="YAML")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Explain the settings, and test each camera and sender.")
    ] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Serve a local page with live images and counts.")] = False,
    blur: Annotated[bool, typer.Option("--blur", help="Blur faces on that page.")] = False,
    draw_zone: Annotated[
        str | None,
        typer.Option(help="Draw a zone on an image of this camera and print its settings.", metavar="CAMERA"),
    ] = None,
    events: Annotated[Path | None, typer.Option(help="Event history file [default: maskwatch-events.sqlite].")] = None,
    model: Annotated[str | None, typer.Option(help="Name of an installed model, or path of a model file.")] = None,
    conf: Annotated[float | None, typer.Option(help="Confidence threshold, 0 to 1 [default: the model's].")] = None,
    imgsz: Annotated[int | None, typer.Option(help="Input size: longer side in pixels.")] = None,
    threads: Annotated[int | None, typer.Option(help="Inference threads [default: half of the cores].")] = None,
    every: Annotated[
        int | None, typer.Option(help="Detect on every n-th frame only, and track between.", metavar="N")
    ] = None,
    snapshots: Annotated[
        bool, typer.Option("--snapshots", help="Save an image of each incident, with bystanders blurred.")
    ] = False,
    clips: Annotated[
        bool, typer.Option("--clips", help="Save a short video of each incident, with bystanders blurred.")
    ] = False,
    metrics: Annotated[bool, typer.Option("--metrics", help="Serve Prometheus metrics on port 9108.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each event as a line of JSON; with --check, print JSON.")
    ] = False,
) -> None:
    """Monitor cameras: track people, apply rules, record events, send alerts. Ctrl-C stops it.

    Exit status: 0 stopped by SIGTERM or at the end of all files, 1 something failed, 2 wrong usage, 70 inference
    stalled, 130 interrupted.
    """
    from maskwatch.cli.output import watch as output
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
        status = output.check(settings, as_json=as_json)
    elif draw_zone is not None:
        status = output.draw_zone(settings, draw_zone)
    else:
        status = output.watch(settings, as_json=as_json)
    if status:
        raise typer.Exit(status)
