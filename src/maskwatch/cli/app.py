"""The command tree. Rich help is off, because it costs half a second of start-up."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(
    name="maskwatch",
    help="Detect faces and classify each as mask worn, worn incorrectly or no mask.",
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
    from maskwatch.cli.commands.app import app_command
    from maskwatch.cli.commands.compare import compare
    from maskwatch.cli.commands.data import data
    from maskwatch.cli.commands.demo import demo
    from maskwatch.cli.commands.detect import detect
    from maskwatch.cli.commands.doctor import doctor
    from maskwatch.cli.commands.evaluate import evaluate
    from maskwatch.cli.commands.export import export
    from maskwatch.cli.commands.models import models
    from maskwatch.cli.commands.report import report
    from maskwatch.cli.commands.train import train
    from maskwatch.cli.commands.train_classifier import classifier as train_classifier
    from maskwatch.cli.commands.watch import watch

    app.command()(detect)
    app.command()(watch)
    app.command()(report)
    app.command("app")(app_command)
    app.command()(demo)
    app.command()(export)
    app.command()(doctor)
    train.command()(train_classifier)
    app.command()(compare)
    app.add_typer(train, name="train")
    app.add_typer(evaluate, name="evaluate")
    app.add_typer(data, name="data")
    app.add_typer(models, name="models")


_register()
