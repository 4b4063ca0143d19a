"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from maskwatch.detect.devices import DEVICES
from maskwatch.detect.face_detectors import FACE_DETECTORS

CorrectedLabels = Annotated[
    Path | None, typer.Option("--labels", help="CSV file of corrections to the labels, such as recipes/labels/*.csv.")
]

FaceDetector = Annotated[
    str | None, typer.Option("--face-detector", help=f"Face detector of two-stage: {', '.join(FACE_DETECTORS)}.")
]
ClassifierFile = Annotated[
    str | None,
    typer.Option("--classifier", help="Of two-stage: the model.onnx of a classifier [default: the shipped one]."),
]
FaceDetectorFile = Annotated[
    Path | None,
    typer.Option("--face-detector-model", help="Of two-stage: the face detector's file [default: shipped or fetched]."),
]
IouThreshold = Annotated[
    float | None, typer.Option("--iou", help="NMS threshold: overlap above which the weaker box is dropped, 0 to 1.")
]
ImageSize = Annotated[
    int | None, typer.Option("--imgsz", help="Input size: the longer side is scaled to this many pixels.")
]
Threads = Annotated[int | None, typer.Option("--threads", help="Threads per image [default: all cores].")]
DeviceName = Annotated[str, typer.Option("--device", help=f"Device that runs the model: {', '.join(DEVICES)}.")]
