"""``maskwatch detect``: faces and their mask states in images, folders, videos, webcams and streams."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from maskwatch.cli.options import (
    ClassifierFile,
    DeviceName,
    FaceDetector,
    FaceDetectorFile,
    ImageSize,
    IouThreshold,
    Threads,
)
from maskwatch.sinks.choice import SINKS


def with_sink_options(command: Callable[..., None]) -> Callable[..., None]:
    """Replace ``**targets`` of a command by one option per sink of `SINKS`: ``--csv FILE`` and so on."""
    signature = inspect.signature(command, eval_str=True)
    parameters = [each for each in signature.parameters.values() if each.kind is not inspect.Parameter.VAR_KEYWORD]
    for name, sink in SINKS.items():
        option = Annotated[str, typer.Option(help=sink.help, metavar=sink.metavar)]
        parameters.append(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default="", annotation=option))
    described: Any = command
    described.__signature__ = signature.replace(parameters=parameters)
    return command


@with_sink_options
def detect(
    sources: Annotated[
        list[str],
        typer.Argument(
            help="Images, folders, patterns, videos, the number of a webcam, or the address of a stream.",
            metavar="SOURCE...",
        ),
    ],
    model: Annotated[
        str | None, typer.Option(help="Name of a shipped model, or path of a model file [default: small].")
    ] = None,
    detector: Annotated[
        str | None,
        typer.Option(help="single-shot: one network for faces and masks; two-stage: one each [default: single-shot]."),
    ] = None,
    face_detector: FaceDetector = None,
    classifier: ClassifierFile = None,
    face_detector_model: FaceDetectorFile = None,
    conf: Annotated[float | None, typer.Option(help="Confidence threshold, 0 to 1 [default: the model's].")] = None,
    preset: Annotated[
        str | None,
        typer.Option(help="Named threshold of the model: balanced or strict; an explicit --conf takes precedence."),
    ] = None,
    iou: IouThreshold = None,
    imgsz: ImageSize = None,
    threads: Threads = None,
    device: DeviceName = "cpu",
    tile: Annotated[
        bool, typer.Option("--tile", help="Also process large images in tiles, for small faces; slower.")
    ] = False,
    track: Annotated[
        bool, typer.Option("--track", help="Track people in videos and webcams, with one stable state per person.")
    ] = False,
    show: Annotated[
        bool, typer.Option("--show", help="Show the frames in a window or on a local page; q quits.")
    ] = False,
    mirror: Annotated[
        bool | None, typer.Option("--mirror/--no-mirror", help="Mirror the live view [default: for webcams].")
    ] = None,
    recursive: Annotated[bool, typer.Option("--recursive", help="Include subfolders.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON instead of tables.")] = False,
    save: Annotated[bool, typer.Option("--save", help="Save annotated images and videos to --out.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for --save; files in it are never overwritten [default: maskwatch-out]."),
    ] = None,
    blur: Annotated[bool, typer.Option("--blur", help="Make faces unrecognisable in saved and shown images.")] = False,
    **targets: str,
) -> None:
    """Detect faces and classify each as mask worn, worn incorrectly or no mask.

    Exit status: 0 success, 1 some inputs failed, 2 wrong usage, 130 interrupted.
    """
    from maskwatch.cli.output.detect import run_with_report
    from maskwatch.detect.options import InferenceOptions
    from maskwatch.sinks.choice import OutputOptions, save_folder

    options = InferenceOptions(
        detector=detector,
        model=model,
        preset=preset,
        tile=tile,
        face_detector=face_detector,
        classifier=classifier,
        face_detector_model=face_detector_model,
        conf=conf,
        iou=iou,
        imgsz=imgsz,
        threads=threads,
        device=device,
    )
    outputs = OutputOptions(save_folder(save, out), blur, show, mirror, targets)
    status = run_with_report(sources, recursive, options, outputs, track=track, as_json=as_json)
    if status:
        raise typer.Exit(status)
