"""``maskwatch models``: which models are here, their cards, and how to get more."""

from __future__ import annotations

from typing import Annotated

import typer

models = typer.Typer(help="List the models; print a card; fetch models of others.", rich_markup_mode=None)


@models.callback(invoke_without_command=True)
def list_models(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False
) -> None:
    """List the models that are shipped, fetched, or can be fetched, with their licences."""
    if context.invoked_subcommand is None:
        from maskwatch.cli.output.models import print_models

        print_models(as_json)


@models.command()
def show(
    model: Annotated[str, typer.Argument(help="A name that 'maskwatch models' lists, or a model file.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Print a model's card: data, figures, thresholds, credits, licence; of others' models what is known of them."""
    from maskwatch.cli.output.models import print_card

    print_card(model, as_json)


@models.command()
def fetch(
    names: Annotated[
        list[str], typer.Argument(help="Such as yunet; 'maskwatch models' lists them.", metavar="NAME...")
    ],
) -> None:
    """Download models of others from their publishers, and check that they are the published ones.

    They go into the folder that the environment variable MASKWATCH_CACHE names, or the system's cache folder.
    """
    from maskwatch.cli.output.models import fetch_with_progress

    fetch_with_progress(names)
