"""``maskwatch models``: which models are here, and their cards."""

from __future__ import annotations

from typing import Annotated

import typer


def models(
    model: Annotated[str, typer.Argument(help="A shipped model's name or a file: print its whole card.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List the shipped models, or print the card of one."""
    import json
    from dataclasses import asdict

    from maskwatch.detect.session import OnnxSession
    from maskwatch.weights import find_model, shipped_models

    paths = {model: find_model(model)} if model else shipped_models()
    cards = {name: (path, OnnxSession(path, threads=1).card) for name, path in paths.items()}
    if as_json:
        typer.echo(
            json.dumps({name: {"path": str(path), **asdict(card)} for name, (path, card) in cards.items()}, indent=1)
        )
    elif model:
        from maskwatch.cli.cards import card_lines

        typer.echo("\n".join(card_lines(*cards[model])))
    else:
        for name, (path, card) in cards.items():
            size = path.stat().st_size / 1e6
            typer.echo(f"{name}  {size:.1f} MB  {card.parameters:,} parameters  input {card.imgsz} px  {path}")
