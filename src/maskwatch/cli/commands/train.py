"""``maskwatch train``: networks from labelled images."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from maskwatch.cli.options import CorrectedLabels

train = typer.Typer(help="Train a network on labelled images.", rich_markup_mode=None, no_args_is_help=True)


@train.command()
def detector(
    data: Annotated[list[Path], typer.Argument(help="COCO files, or folders in COCO, Pascal VOC or YOLO form.")],
    name: Annotated[str, typer.Option(help="Name of the run; it lies in runs/detector/NAME.")],
    start: Annotated[
        str, typer.Option("--from", help="Start from a shipped model's name, a .keras file, or an Ultra-Light .onnx.")
    ] = "",
    plan: Annotated[
        str, typer.Option(help="Written training: nano, small, base, or a .yaml file; replaces the eleven below.")
    ] = "",
    network: Annotated[str, typer.Option(help="Size of the network: nano, small or base.")] = "small",
    epochs: Annotated[int, typer.Option(help="Rounds of --steps batches.")] = 30,
    steps: Annotated[int, typer.Option(help="Batches in an epoch.")] = 250,
    batch: Annotated[int, typer.Option(help="Samples in a batch.")] = 16,
    size: Annotated[int, typer.Option(help="Side of the training samples in pixels, a multiple of 32.")] = 320,
    imgsz: Annotated[int, typer.Option(help="Longer side of the images when validating and detecting.")] = 640,
    imgsz_high: Annotated[int, typer.Option(help="Longer side of another, larger look for far faces; 0 for none.")] = 0,
    imgsz_low: Annotated[
        int, typer.Option(help="Longer side of another, smaller look for faces near the camera; 0 for none.")
    ] = 0,
    lr: Annotated[float, typer.Option(help="Highest learning rate.")] = 1.5e-3,
    full_image_share: Annotated[float, typer.Option(help="Share of samples that are whole images, 0..1.")] = 0.0,
    clean_share: Annotated[
        float, typer.Option(help="Share of samples with tight boxes and three states, 0..1; 0 for all by weight.")
    ] = 0.0,
    seed: Annotated[int, typer.Option(help="Of every random choice.")] = 0,
    workers: Annotated[int, typer.Option(help="Threads that prepare batches.")] = 1,
    val_every: Annotated[int, typer.Option(help="Epochs between validations.")] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run NAME as it was begun.")] = False,
    labels: CorrectedLabels = None,
    runs: Annotated[Path, typer.Option(help="Folder of all runs.")] = Path("runs"),
) -> None:
    """Train the single-shot detector; the best epoch by validation AP becomes model.keras and model.onnx."""
    from maskwatch.cli.output.train import run_detector_training
    from maskwatch.train.options import DetectorOptions
    from maskwatch.train.stages import Stage, read_plan

    if plan:
        written = read_plan(plan)
        network, stages = written.network, written.stages
        imgsz, imgsz_high, imgsz_low = written.imgsz, written.imgsz_high, written.imgsz_low
    else:
        stages = (Stage(epochs, steps, batch, size, lr, full_image_share, clean_share),)
    options = DetectorOptions(
        data=tuple(str(path) for path in data),
        name=name,
        start=start,
        network=network,
        stages=stages,
        imgsz=imgsz,
        imgsz_high=imgsz_high,
        imgsz_low=imgsz_low,
        seed=seed,
        workers=workers,
        val_every=val_every,
        labels=str(labels) if labels else "",
    )
    run_detector_training(options, runs, resume=resume)
