"""``maskwatch train``: train a network on labelled images."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from maskwatch.cli.options import CorrectedLabels

train = typer.Typer(help="Train a network on labelled images.", rich_markup_mode=None, no_args_is_help=True)


@train.command()
def detector(
    data: Annotated[list[Path], typer.Argument(help="COCO files, or folders in COCO, Pascal VOC or YOLO format.")],
    name: Annotated[str, typer.Option(help="Name of the run; its folder is runs/detector/NAME.")],
    start: Annotated[
        str, typer.Option("--from", help="Initial weights: name of a shipped model, .keras file, or Ultra-Light .onnx.")
    ] = "",
    plan: Annotated[
        str,
        typer.Option(help="Training plan: nano, small, base, or a .yaml file; overrides --network to --clean-share."),
    ] = "",
    network: Annotated[str, typer.Option(help="Network: nano, small or base.")] = "small",
    epochs: Annotated[int, typer.Option(help="Number of epochs, of --steps batches each.")] = 30,
    steps: Annotated[int, typer.Option(help="Batches per epoch.")] = 250,
    batch: Annotated[int, typer.Option(help="Batch size.")] = 16,
    size: Annotated[int, typer.Option(help="Side of the training samples in pixels, a multiple of 32.")] = 320,
    imgsz: Annotated[int, typer.Option(help="Longer side of the images in validation and detection, in pixels.")] = 640,
    imgsz_high: Annotated[
        int, typer.Option(help="Longer side in an additional high-resolution pass, for small faces; 0 for none.")
    ] = 0,
    imgsz_low: Annotated[
        int, typer.Option(help="Longer side in an additional low-resolution pass, for large faces; 0 for none.")
    ] = 0,
    lr: Annotated[float, typer.Option(help="Highest learning rate.")] = 1.5e-3,
    full_image_share: Annotated[float, typer.Option(help="Share of samples that show full images, 0..1.")] = 0.0,
    clean_share: Annotated[
        float, typer.Option(help="Share of samples with tight boxes and three states, 0..1; 0 for no preference.")
    ] = 0.0,
    seed: Annotated[int, typer.Option(help="Random seed.")] = 0,
    workers: Annotated[int, typer.Option(help="Threads that prepare batches.")] = 1,
    val_every: Annotated[int, typer.Option(help="Epochs between validations.")] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Continue the run NAME with its settings.")] = False,
    labels: CorrectedLabels = None,
    runs: Annotated[Path, typer.Option(help="Folder of all runs.")] = Path("runs"),
) -> None:
    """Train a detector; the best epoch by validation AP is saved as model.keras and model.onnx."""
    from maskwatch.cli.output.train import run_detector_training
    from maskwatch.train.options import DetectorOptions, Stage, read_plan

    if plan:
        chosen = read_plan(plan)
        network, stages = chosen.network, chosen.stages
        imgsz, imgsz_high, imgsz_low = chosen.imgsz, chosen.imgsz_high, chosen.imgsz_low
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
