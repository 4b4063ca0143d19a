"""The command line: one thin file a verb, no logic of its own."""

from __future__ import annotations

import sys

OK, SOME_FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


def main() -> None:
    """Run ``maskwatch``; errors that a user can fix become one line on stderr and an exit status."""
    from maskwatch.errors import MaskWatchError, UsageError, missing_extra

    try:
        from maskwatch.cli.app import app
        from maskwatch.cli.empty_arguments import refuse_empty

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
    except SystemExit as exit_:  # Typer ends an interrupted command by itself, and says nothing
        if exit_.code == INTERRUPTED:
            _complain("interrupted; what was done until then is kept")
        raise


def _came_from_interrupt(error: BaseException | None) -> bool:
    """Whether Ctrl-C hit an extension module while it was being loaded, which Python reports as a failed import."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _complain(text: str) -> None:
    sys.stderr.write(f"maskwatch: {text}\n")
