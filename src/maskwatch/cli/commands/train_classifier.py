"""``maskwatch train classifier``: a network that tells the mask state of one face."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class _Optimizer(StrEnum):
    adam = "adam"
    adamw = "adamw"
    sgd = "sgd"
    rmsprop = "rmsprop"


class _Schedule(StrEnum):
    plateau = "plateau"
    cosine = "cosine"
    constant = "constant"


class _Balance(StrEnum):
    weights = "weights"
    sampling = "sampling"
    none = "none"


def classifier(
    data: Annotated[
        list[Path], typer.Argument(metavar="DATA...", help="Folders of class folders, divided into splits or not yet.")
    ],
    name: Annotated[str, typer.Option(help="Name of the run; it lies in runs/classifier/NAME.")],
    arch: Annotated[str, typer.Option(help="cnn20, cnn, small, face, or a name of keras.applications.")] = "cnn",
    weights: Annotated[
        str, typer.Option(help="imagenet, none, a .npz of MobileNetV2, a .keras file, a detector (face), or auto.")
    ] = "auto",
    size: Annotated[int, typer.Option(help="Side of the network's input in pixels; 0: the architecture's own.")] = 0,
    epochs: Annotated[int, typer.Option(help="At most so many.")] = 30,
    head_epochs: Annotated[int, typer.Option(help="Rounds for the new layers alone, with pretrained weights.")] = 20,
    batch: Annotated[int, typer.Option(help="Images in a batch.")] = 32,
    lr: Annotated[float, typer.Option(help="Learning rate; 0: 0.001, or 0.0001 to fine-tune.")] = 0.0,
    optimizer: Annotated[_Optimizer, typer.Option(help="What moves the weights.")] = _Optimizer.adam,
    schedule: Annotated[
        _Schedule, typer.Option(help="Of the rate: falls when the loss stands still, along a cosine, or never.")
    ] = _Schedule.plateau,
    patience: Annotated[int, typer.Option(help="Epochs without a lower validation loss before it stops.")] = 6,
    balance: Annotated[_Balance, typer.Option(help="Against classes of unequal size.")] = _Balance.weights,
    augment: Annotated[bool, typer.Option(help="Turn, move, mirror and spoil the training images.")] = True,
    occluded: Annotated[
        float, typer.Option(help="Share of unmasked faces that get something drawn before the mouth in training.")
    ] = 0.0,
    naive: Annotated[
        bool, typer.Option("--naive", help="Divide data without splits with no heed to copies; figures are too good.")
    ] = False,
    margin: Annotated[
        float, typer.Option(help="That the faces were cropped with; noted for two-stage detection.")
    ] = 0.15,
    rename: Annotated[
        list[str] | None, typer.Option("--map", help="NAME=STATE for a class name that is not known.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run NAME as it was begun.")] = False,
    seed: Annotated[int, typer.Option(help="Of every random choice.")] = 0,
    runs: Annotated[Path, typer.Option(help="Folder of all runs.")] = Path("runs"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole report as JSON.")] = False,
) -> None:
    """Train a classifier; the epoch with the lowest validation loss becomes model.keras and model.onnx."""
    from maskwatch.cli.output.classifier import run_training
    from maskwatch.train.classifier.options import ClassifierOptions

    options = ClassifierOptions(
        tuple(str(path) for path in data), name, arch, weights, size, epochs, head_epochs, batch, lr,
        optimizer.value, schedule.value, patience, balance.value, augment, occluded, naive,
        margin, tuple(rename or []), seed,
    )  # fmt: skip
    run_training(options, runs, resume=resume, as_json=as_json)
