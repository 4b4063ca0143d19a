"""``maskwatch detect``: faces and their mask states in images, folders, videos, webcams and streams."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from maskwatch.cli.options import ClassifierFile, FaceDetector, FaceDetectorFile


def detect(
    sources: Annotated[
        list[str],
        typer.Argument(
            help="Images, folders, patterns, videos, the number of a webcam, or the address of a stream.",
            metavar="SOURCE...",
        ),
    ],
    model: Annotated[
        str | None, typer.Option(help="A shipped model's name, or the path of a model file [default: default].")
    ] = None,
    detector: Annotated[
        str | None,
        typer.Option(help="single-shot: one network for faces and masks; two-stage: one each [default: single-shot]."),
    ] = None,
    face_detector: FaceDetector = None,
    classifier: ClassifierFile = None,
    face_detector_model: FaceDetectorFile = None,
    conf: Annotated[
        float | None, typer.Option(help="Lowest confidence reported, 0 to 1 [default: the model's].")
    ] = None,
    preset: Annotated[
        str | None, typer.Option(help="The model's own threshold for an aim: balanced or strict; --conf wins.")
    ] = None,
    iou: Annotated[float | None, typer.Option(help="Overlap at which the weaker box is dropped, 0 to 1.")] = None,
    imgsz: Annotated[int | None, typer.Option(help="Pixels to which the longer side is scaled.")] = None,
    threads: Annotated[int | None, typer.Option(help="Threads for one image [default: all cores].")] = None,
    tile: Annotated[
        bool, typer.Option("--tile", help="Look at large images piece by piece too, for small faces; slower.")
    ] = False,
    track: Annotated[
        bool, typer.Option("--track", help="Follow people through videos and webcams; one steady verdict each.")
    ] = False,
    save: Annotated[bool, typer.Option("--save", help="Save annotated images and videos into --out.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for --save; files in it are never overwritten [default: maskwatch-out]."),
    ] = None,
    blur: Annotated[bool, typer.Option("--blur", help="Make faces unrecognisable in what is saved and shown.")] = False,
    csv: Annotated[str, typer.Option(help="Write a table of faces; - for standard output.", metavar="FILE")] = "",
    jsonl: Annotated[
        str, typer.Option(help="Write one JSON line a frame; - for standard output.", metavar="FILE")
    ] = "",
    coco: Annotated[str, typer.Option(help="Write COCO annotations.", metavar="FILE")] = "",
    yolo: Annotated[str, typer.Option(help="Write YOLO labels.", metavar="FOLDER")] = "",
    show: Annotated[
        bool, typer.Option("--show", help="Show what is seen, in a window or on a local page; q quits.")
    ] = False,
    mirror: Annotated[
        bool | None, typer.Option("--mirror/--no-mirror", help="Mirror what is shown [default: for webcams].")
    ] = None,
    recursive: Annotated[bool, typer.Option("--recursive", help="Look into subfolders too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON, and no tables.")] = False,
) -> None:
    """Find every face and tell whether its mask is worn, worn incorrectly or absent.

    Exit status: 0 all went well, 1 some inputs failed, 2 wrong usage, 130 interrupted.
    """
    from maskwatch.cli.output.detect import run_with_report
    from maskwatch.detect.choice import DetectorChoice
    from maskwatch.sinks.choice import OutputOptions, save_folder

    choice = DetectorChoice(
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
    )
    outputs = OutputOptions(save_folder(save, out), blur, csv, jsonl, coco, yolo, show, mirror)
    status = run_with_report(sources, recursive, choice, outputs, track=track, as_json=as_json)
    if status:
        raise typer.Exit(status)
