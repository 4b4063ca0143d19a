"""What ``maskwatch models`` prints."""

from __future__ import annotations

import json
from dataclasses import asdict

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn

from maskwatch.cli.output.cards import card_lines, remote_lines
from maskwatch.detect.known_models import known_models
from maskwatch.detect.session import read_card
from maskwatch.weights import find_model, shipped_classifiers
from maskwatch.weights.catalogue import REMOTE
from maskwatch.weights.fetch import OnProgress, fetch_model, find_remote


def print_models(as_json: bool) -> None:
    """One line for each model, and where the shipped and the fetched ones lie."""
    found = known_models()
    if as_json:
        typer.echo(json.dumps([asdict(model) for model in found], indent=1, default=str))
        return
    names, kinds = (
        max(len(text) for text in column) for column in zip(*((m.name, m.kind) for m in found), strict=True)
    )
    for model in found:
        line = (
            f"{model.name:<{names}}  {model.kind:<{kinds}}  {model.state:<11}  {model.size / 1e6:4.1f} MB  {model.what}"
        )
        typer.echo(f"{line}; licence: {model.licence}")
        for path in model.paths:
            typer.echo(f"{'':<{names}}  {path}")
    if any(model.state == "not fetched" for model in found):
        typer.echo(
            "'maskwatch models fetch NAME' gets those that are not fetched; 'maskwatch models show NAME': the card"
        )


def print_card(model: str, as_json: bool) -> None:
    """The card of a shipped model or of a file, or what is known of one that can be fetched; for people or as JSON."""
    if model in REMOTE:
        _print_remote(model, as_json)
        return
    path = shipped_classifiers().get(model) or find_model(model)
    card = read_card(path)
    typer.echo(
        json.dumps({"path": str(path), **asdict(card)}, indent=1) if as_json else "\n".join(card_lines(path, card))
    )


def _print_remote(name: str, as_json: bool) -> None:
    known = next(model for model in known_models() if model.name == name)
    urls = [file.url for file in REMOTE[name].files]
    if as_json:
        typer.echo(json.dumps({**asdict(known), "urls": urls}, indent=1, default=str))
    else:
        typer.echo("\n".join(remote_lines(known, urls)))


def fetch_with_progress(names: list[str]) -> None:
    """Fetch each, with a bar on stderr; say where it lies."""
    wanted = [find_remote(name) for name in names]
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn()
    for model in wanted:
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            paths = fetch_model(model, on_progress=_teller(bar))
        for path in paths:
            typer.echo(f"{model.name}: {path} (licence: {model.licence})")


def _teller(bar: Progress) -> OnProgress:
    tasks: dict[str, TaskID] = {}

    def on_progress(name: str, have: int, whole: int) -> None:
        if name not in tasks:
            tasks[name] = bar.add_task(name, total=whole)
        bar.update(tasks[name], completed=have)

    return on_progress
