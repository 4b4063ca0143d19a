"""The command line. ``commands/`` holds one file per command, ``output/`` what each prints; neither computes."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

OK, SOME_FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
_EMPTY_OPTION = re.compile(r"(--[a-z0-9-]+)=")


def main() -> None:
    """Run ``maskwatch``; errors that a user can fix become one line on stderr and an exit status."""
    from maskwatch.errors import MaskWatchError, UsageError, missing_extra

    try:
        from maskwatch.cli.app import app

        refuse_empty(sys.argv[1:])
        app(prog_name="maskwatch")
    except UsageError as error:
        _complain(str(error))
        sys.exit(WRONG_USAGE)
    except MaskWatchError as error:
        _complain(str(error))
        sys.exit(SOME_FAILED)
    except (KeyboardInterrupt, ImportError) as error:
        if _came_from_interrupt(error):
            _complain("interrupted")
            sys.exit(INTERRUPTED)
        missing = missing_extra(error)
        if missing is None:
            raise
        _complain(str(missing))
        sys.exit(SOME_FAILED)
    except SystemExit as exit_:  # Typer ends an interrupted command by itself, without a message
        if exit_.code == INTERRUPTED:
            _complain("interrupted; the results so far are kept")
        raise


def refuse_empty(arguments: Sequence[str]) -> None:
    """Refuse empty arguments, as an unset shell variable leaves them: as a path they would mean the current folder.

    Raises:
        UsageError: when there is one. The message names the option before it, but no other argument, since an address
            may contain a password.
    """
    from maskwatch.errors import UsageError

    for before, argument in zip(["", *arguments], arguments, strict=False):
        option = _EMPTY_OPTION.fullmatch(argument)
        if argument and option is None:
            continue
        where = option[1] if option else f"the argument after {before}" if before.startswith("--") else "an argument"
        raise UsageError(f"{where} is empty; give a value (. is the current folder), or leave it out")


def fail_for(problems: Sequence[str]) -> None:
    """Print what a command skipped, one line each, and end it with the exit status for that; nothing if empty."""
    import typer

    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(SOME_FAILED)


def _came_from_interrupt(error: BaseException | None) -> bool:
    """Whether Ctrl-C hit the import of an extension module, which Python reports as a failed import."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _complain(text: str) -> None:
    sys.stderr.write(f"maskwatch: {text}\n")
