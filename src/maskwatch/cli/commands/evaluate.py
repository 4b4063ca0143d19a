"""``maskwatch evaluate``: evaluate a model on labelled images."""

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

evaluate = typer.Typer(help="Evaluate a model on labelled images.", rich_markup_mode=None, no_args_is_help=True)


@evaluate.command()
def detector(
    model: Annotated[str, typer.Argument(help="Name of a shipped model, an .onnx file, or two-stage.")],
    data: Annotated[Path, typer.Argument(help="COCO file, or folder in COCO, Pascal VOC or YOLO format.")],
    face_detector: FaceDetector = None,
    classifier: ClassifierFile = None,
    face_detector_model: FaceDetectorFile = None,
    split: Annotated[str, typer.Option(help="Split to evaluate: train, val, test, or all.")] = "val",
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    coco: Annotated[
        bool, typer.Option("--coco", help="Add COCO metrics, for comparison with published tables.")
    ] = False,
    slices: Annotated[
        bool,
        typer.Option("--slices", help="Add metrics by crowd, blur, light, mask colour, occluders ...; takes minutes."),
    ] = False,
    labels: CorrectedLabels = None,
    out: Annotated[Path | None, typer.Option(help="New folder for report.json and the curves.")] = None,
    conf: Annotated[float, typer.Option(help="Exclude detections below this confidence.")] = 0.01,
    at: Annotated[
        float | None, typer.Option(help="Confidence threshold for the counts [default: the model's].")
    ] = None,
    iou: IouThreshold = None,
    imgsz: ImageSize = None,
    threads: Threads = None,
    device: DeviceName = "cpu",
    resamples: Annotated[int, typer.Option(help="Bootstrap resamples for the intervals; 0 computes none.")] = 1000,
) -> None:
    """Evaluate a detector: average precision by state and face size, recall, label accuracy, with 95 % intervals."""
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


@evaluate.command()
def classifier(
    model: Annotated[Path, typer.Argument(help="A .keras or .onnx file.")],
    data: Annotated[Path, typer.Argument(help="Folder of class folders, with or without splits.")],
    split: Annotated[str, typer.Option(help="Split to evaluate: train, val, test, or all.")] = "test",
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    out: Annotated[Path | None, typer.Option(help="New folder for the report and its plots.")] = None,
    rename: Annotated[
        list[str] | None, typer.Option("--map", help="NAME=STATE for an unknown class name; repeatable.")
    ] = None,
) -> None:
    """Evaluate a classifier: accuracy with a 95 % interval, metrics of each state, calibration."""
    from maskwatch.cli.output.classifier import evaluate_file

    evaluate_file(model, data, split, rename or [], as_json=as_json, out=out)
