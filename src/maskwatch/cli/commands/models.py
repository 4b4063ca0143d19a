"""``maskwatch models``: list models, print cards, download third-party models."""

from __future__ import annotations

from typing import Annotated

import typer

models = typer.Typer(help="List models, print a model card, download third-party models.", rich_markup_mode=None)


@models.callback(invoke_without_command=True)
def list_models(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False
) -> None:
    """List installed and available models with their licences."""
    if context.invoked_subcommand is None:
        from maskwatch.cli.output.models import print_models

        print_models(as_json)


@models.command()
def show(
    model: Annotated[str, typer.Argument(help="Name in the list of 'maskwatch models', or path of a model file.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Print a model card: training data, metrics, thresholds, credits, licence."""
    from maskwatch.cli.output.models import print_card

    print_card(model, as_json)


@models.command()
def fetch(
    names: Annotated[
        list[str], typer.Argument(help="Such as yunet; 'maskwatch models' lists them.", metavar="NAME...")
    ],
) -> None:
    """Download third-party models from their publishers and verify their checksums.

    They are saved to the folder in the environment variable MASKWATCH_CACHE, or to the system's cache folder.
    """
    from maskwatch.cli.output.models import fetch_with_progress

    fetch_with_progress(names)
