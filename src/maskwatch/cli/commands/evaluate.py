"""``maskwatch evaluate``: how good a model is on labelled images."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from maskwatch.cli.options import (
    ClassifierFile,
    CorrectedLabels,
    DeviceName,
    FaceDetector,
    FaceDetectorFile,
    ImageSize,
    IouThreshold,
    Threads,
)

evaluate = typer.Typer(help="Judge a model on labelled images.", rich_markup_mode=None, no_args_is_help=True)


@evaluate.command()
def detector(
    model: Annotated[str, typer.Argument(help="Name of a shipped model, an .onnx file, or two-stage.")],
    data: Annotated[Path, typer.Argument(help="COCO file, or folder in COCO, Pascal VOC or YOLO form.")],
    face_detector: FaceDetector = None,
    classifier: ClassifierFile = None,
    face_detector_model: FaceDetectorFile = None,
    split: Annotated[str, typer.Option(help="Which images: train, val, test; 'all' takes every one.")] = "val",
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole report as JSON.")] = False,
    coco: Annotated[bool, typer.Option("--coco", help="Add COCO's own figures (101 points, 100 boxes).")] = False,
    slices: Annotated[
        bool, typer.Option("--slices", help="Add figures by crowd, blur, light, mask colour, occluders ...; minutes.")
    ] = False,
    labels: CorrectedLabels = None,
    out: Annotated[Path | None, typer.Option(help="New folder for report.json and the curves.")] = None,
    conf: Annotated[float, typer.Option(help="Lowest confidence that counts.")] = 0.01,
    at: Annotated[float | None, typer.Option(help="Confidence of the counts; default: the model's own.")] = None,
    iou: IouThreshold = None,
    imgsz: ImageSize = None,
    threads: Threads = None,
    device: DeviceName = "cpu",
    resamples: Annotated[int, typer.Option(help="Resamples behind the intervals; 0 leaves them out.")] = 1000,
) -> None:
    """Judge a detector: average precisions, masked faces, face sizes, label accuracy, with 95 % intervals."""
    from maskwatch.cli.output.evaluate import evaluate_detector
    from maskwatch.detect.options import SINGLE_SHOT, TWO_STAGE, InferenceOptions, open_detector
    from maskwatch.evaluate.options import DetectionOptions

    inference = InferenceOptions(
        detector=TWO_STAGE if model == TWO_STAGE else SINGLE_SHOT,
        model=None if model == TWO_STAGE else model,
        face_detector=face_detector,
        classifier=classifier,
        face_detector_model=face_detector_model,
        conf=conf,
        iou=iou,
        imgsz=imgsz,
        threads=threads,
        device=device,
    )
    loaded = open_detector(inference)
    at = loaded.default_conf if at is None else at
    presets = {"default": loaded.default_conf}
    if loaded.card.task == "single_shot":
        presets |= loaded.card.presets
    options = DetectionOptions(lowest_confidence=conf, at_confidence=at, presets=presets, resamples=resamples)
    evaluate_detector(loaded, data, split, options, as_json=as_json, coco=coco, slices=slices, labels=labels, out=out)
