"""The command tree. Rich help costs half a second of start-up, so it stays off."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(
    name="maskwatch",
    help="Find every face and tell whether its mask is worn, worn incorrectly or absent.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)


def _version(wanted: bool) -> None:
    if wanted:
        from maskwatch import __version__

        typer.echo(f"maskwatch {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def _register() -> None:
    from maskwatch.cli.compare import compare
    from maskwatch.cli.data import data
    from maskwatch.cli.demo import demo
    from maskwatch.cli.detect import detect
    from maskwatch.cli.doctor import doctor
    from maskwatch.cli.evaluate import evaluate
    from maskwatch.cli.evaluate_classifier import classifier as evaluate_classifier
    from maskwatch.cli.export import export
    from maskwatch.cli.models import models
    from maskwatch.cli.report import report
    from maskwatch.cli.serve_app import app_command
    from maskwatch.cli.train import train
    from maskwatch.cli.train_classifier import classifier as train_classifier
    from maskwatch.cli.watch import watch

    app.command()(detect)
    app.command()(watch)
    app.command()(report)
    app.command("app")(app_command)
    app.command()(demo)
    app.command()(export)
    app.command()(doctor)
    train.command()(train_classifier)
    evaluate.command()(evaluate_classifier)
    app.command()(compare)
    app.add_typer(train, name="train")
    app.add_typer(evaluate, name="evaluate")
    app.add_typer(data, name="data")
    app.add_typer(models, name="models")


_register()
