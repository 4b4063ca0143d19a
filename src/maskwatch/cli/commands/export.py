"""``maskwatch export``: a trained network as a model file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from maskwatch.cli.options import CorrectedLabels


def export(
    network: Annotated[Path, typer.Argument(help="The .keras file of a trained detector.", metavar="NETWORK")],
    target: Annotated[Path, typer.Argument(help="The .onnx file to write.", metavar="TARGET")],
    data: Annotated[Path, typer.Option(help="Labelled images that calibrate the states and check the file.")],
    split: Annotated[str, typer.Option(help="Which of its images; never a test split.")] = "val",
    labels: CorrectedLabels = None,
    card: Annotated[Path | None, typer.Option(help="JSON file with further fields of the model card.")] = None,
) -> None:
    """Calibrate a trained detector, export it to ONNX with its card, and compare the file with the network."""
    import os

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from maskwatch.cli.output.train import check_line, require_training

    require_training("Exporting a model")
    from maskwatch.data import read_dataset
    from maskwatch.data.label_corrections import correct_labels
    from maskwatch.train.finish import AP50_ON_VAL, export_keras, read_card_fields

    fields = read_card_fields(card) if card is not None else {}
    dataset = correct_labels(read_dataset(data), labels).split(split)
    exported = export_keras(network, target, dataset, fields)
    card_lines = (f"{name} {value}" for name, value in exported.card.metrics[AP50_ON_VAL].items())
    typer.echo(f"{target}: {AP50_ON_VAL}: {', '.join(card_lines)}")
    typer.echo(check_line(exported.check))
