"""What ``maskwatch models`` prints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn

from maskwatch.detect.card import ModelCard, scales_text
from maskwatch.detect.known_models import KnownModel, downloadable_model, downloadable_models, known_models
from maskwatch.detect.session import read_card
from maskwatch.weights import find_model, shipped_classifiers
from maskwatch.weights.download import OnProgress, download


def print_models(as_json: bool) -> None:
    """One line per model, and the paths of those that are shipped or fetched."""
    models = known_models()
    if as_json:
        typer.echo(json.dumps([asdict(model) for model in models], indent=1, default=str))
        return
    name_width = max(len(model.name) for model in models)
    kind_width = max(len(model.kind) for model in models)
    for model in models:
        columns = f"{model.name:<{name_width}}  {model.kind:<{kind_width}}  {model.state:<11}"
        typer.echo(f"{columns}  {model.size / 1e6:4.1f} MB  {model.description}; licence: {model.licence}")
        for path in model.paths:
            typer.echo(f"{'':<{name_width}}  {path}")
    if any(model.state == "not fetched" for model in models):
        typer.echo("'maskwatch models fetch NAME' downloads a model; 'maskwatch models show NAME' prints its card")


def print_card(name: str, as_json: bool) -> None:
    """The card of a shipped model or a model file, or the catalogue's entry of a third-party model."""
    if name in downloadable_models():
        model = next(model for model in known_models() if model.name == name)
        typer.echo(json.dumps(asdict(model), indent=1, default=str) if as_json else "\n".join(_entry_lines(model)))
        return
    path = shipped_classifiers().get(name) or find_model(name)
    card = read_card(path)
    as_text = "\n".join(_card_lines(path, card))
    typer.echo(json.dumps({"path": str(path), **asdict(card)}, indent=1) if as_json else as_text)


def fetch_with_progress(names: list[str]) -> None:
    """Download third-party models, with a progress bar on stderr, and print their paths."""
    models = {name: downloadable_model(name) for name in names}
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn()
    for name, model in models.items():
        with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
            paths = [download(file, _shown_in(bars)) for file in model.files]
        for path in paths:
            typer.echo(f"{name}: {path} (licence: {model.licence})")


def _shown_in(bars: Progress) -> OnProgress:
    tasks: dict[str, TaskID] = {}

    def on_progress(name: str, received: int, size: int) -> None:
        if name not in tasks:
            tasks[name] = bars.add_task(name, total=size)
        bars.update(tasks[name], completed=received)

    return on_progress


def _card_lines(path: Path, card: ModelCard) -> list[str]:
    """A card as text: what the model is, then training, metrics and credits."""
    lines = [
        f"{card.name} ({card.task.replace('_', ' ')}), written by MaskWatch {card.version}",
        f"  file        {path} ({path.stat().st_size / 1e6:.1f} MB, {card.parameters:,} parameters)",
        f"  states      {', '.join(card.classes)}",
        *_input_lines(card),
        f"  licence     {card.licence}",
    ]
    lines += [f"  {topic:<10}  {text}" for topic, text in card.training.items()]
    lines += _metric_lines(card.metrics, "  ")
    return lines + [f"  credit      {credit}" for credit in card.credits]


def _input_lines(card: ModelCard) -> list[str]:
    if card.task == "classifier":
        return [
            f"  input       a face with a margin of {card.margin:.0%} on each side, resized to {card.imgsz} px",
            f"  calibrated  temperature {card.temperature}",
        ]
    return [
        f"  input       longer side {scales_text(card.scales)} px, both sides multiples of {card.multiple}",
        f"  thresholds  confidence {card.conf}, IoU {card.iou}, temperature {card.temperature}",
    ]


def _metric_lines(metrics: dict[str, object], indent: str) -> Iterator[str]:
    for topic, value in metrics.items():
        if isinstance(value, dict):
            yield f"{indent}{topic}"
            yield from _metric_lines(value, indent + "  ")
        else:
            yield f"{indent}{topic}: {value}"


def _entry_lines(model: KnownModel) -> list[str]:
    """The catalogue's entry of a third-party model as text."""
    return [
        f"{model.name} ({model.kind}), third-party",
        f"  model       {model.description}",
        f"  licence     {model.licence}",
        f"  size        {model.size / 1e6:.1f} MB",
        f"  publisher   {model.origin}",
        *(f"  address     {url}" for url in model.urls),
        *(f"  file        {path}" for path in model.paths),
        *([] if model.paths else [f"  file        not fetched; run 'maskwatch models fetch {model.name}'"]),
    ]
