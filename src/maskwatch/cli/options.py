"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

CorrectedLabels = Annotated[
    Path | None, typer.Option("--labels", help="CSV file of corrections to the labels, such as recipes/labels/*.csv.")
]

FaceDetector = Annotated[
    str | None, typer.Option("--face-detector", help="Of two-stage: maskwatch, haar, res10, yunet or retinaface.")
]
ClassifierFile = Annotated[
    str | None,
    typer.Option("--classifier", help="Of two-stage: the model.onnx of a classifier [default: the shipped one]."),
]
FaceDetectorFile = Annotated[
    Path | None,
    typer.Option("--face-detector-model", help="Of two-stage: the face detector's file [default: shipped or fetched]."),
]
