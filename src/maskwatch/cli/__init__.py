"""The command line: one thin file a verb, no logic of its own."""

from __future__ import annotations

import sys

OK, SOME_FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


def main() -> None:
    """Run ``maskwatch``; errors that a user can mend become one line on stderr and an exit status."""
    from maskwatch.cli.app import app
    from maskwatch.errors import MaskWatchError, UsageError

    try:
        app()
    except UsageError as error:
        _complain(str(error))
        sys.exit(WRONG_USAGE)
    except MaskWatchError as error:
        _complain(str(error))
        sys.exit(SOME_FAILED)
    except KeyboardInterrupt:
        _complain("interrupted")
        sys.exit(INTERRUPTED)


def _complain(text: str) -> None:
    sys.stderr.write(f"maskwatch: {text}\n")
