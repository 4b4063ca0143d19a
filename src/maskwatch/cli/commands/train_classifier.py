"""``maskwatch train classifier``: train a mask classifier on face crops."""

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
        list[Path], typer.Argument(metavar="DATA...", help="Folders of class folders, with or without splits.")
    ],
    name: Annotated[str, typer.Option(help="Name of the run; its folder is runs/classifier/NAME.")],
    arch: Annotated[
        str, typer.Option(help="Architecture: cnn20, cnn, small, face, or a name of keras.applications.")
    ] = "cnn",
    weights: Annotated[
        str,
        typer.Option(
            help="Initial weights: imagenet, none, MobileNetV2 .npz, .keras file, a detector (face only), or auto."
        ),
    ] = "auto",
    size: Annotated[int, typer.Option(help="Input size in pixels; 0 for the architecture's default.")] = 0,
    epochs: Annotated[int, typer.Option(help="Maximum number of epochs.")] = 30,
    head_epochs: Annotated[
        int, typer.Option(help="Maximum number of epochs for the new layers alone, with pretrained weights.")
    ] = 20,
    batch: Annotated[int, typer.Option(help="Batch size.")] = 32,
    lr: Annotated[float, typer.Option(help="Learning rate; 0 for 0.001, or 0.0001 to fine-tune.")] = 0.0,
    optimizer: Annotated[_Optimizer, typer.Option(help="Optimizer.")] = _Optimizer.adam,
    schedule: Annotated[
        _Schedule, typer.Option(help="Learning-rate schedule: plateau, cosine or constant.")
    ] = _Schedule.plateau,
    patience: Annotated[int, typer.Option(help="Epochs without a lower validation loss before training stops.")] = 6,
    balance: Annotated[
        _Balance, typer.Option(help="Against class imbalance: weights in the loss, sampling of rare classes, or none.")
    ] = _Balance.weights,
    augment: Annotated[bool, typer.Option(help="Augment training images (rotate, shift, flip, degrade).")] = True,
    occluded: Annotated[
        float, typer.Option(help="Share of unmasked training faces with an object drawn over the mouth, 0..1.")
    ] = 0.0,
    naive: Annotated[
        bool, typer.Option("--naive", help="Split data at random, ignoring duplicates; results are too optimistic.")
    ] = False,
    margin: Annotated[
        float, typer.Option(help="Crop margin used for the faces, as a share of the box; for two-stage detection.")
    ] = 0.15,
    rename: Annotated[
        list[str] | None, typer.Option("--map", help="NAME=STATE for an unknown class name; repeatable.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue the run NAME with its settings.")] = False,
    seed: Annotated[int, typer.Option(help="Random seed.")] = 0,
    runs: Annotated[Path, typer.Option(help="Folder of all runs.")] = Path("runs"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Train a classifier; the epoch with the lowest validation loss is saved as model.keras and model.onnx."""
    from maskwatch.cli.output.classifier import run_training
    from maskwatch.train.classifier.options import ClassifierOptions

    options = ClassifierOptions(
        data=tuple(str(path) for path in data),
        name=name,
        arch=arch,
        weights=weights,
        size=size,
        epochs=epochs,
        head_epochs=head_epochs,
        batch=batch,
        learning_rate=lr,
        optimizer=optimizer.value,
        schedule=schedule.value,
        patience=patience,
        balance=balance.value,
        augment=augment,
        occluded=occluded,
        naive=naive,
        margin=margin,
        rename=tuple(rename or []),
        seed=seed,
    )
    run_training(options, runs, resume=resume, as_json=as_json)
