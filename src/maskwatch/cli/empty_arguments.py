"""Arguments without a letter, as a variable that is not set leaves them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from maskwatch.errors import UsageError

_EMPTY_OPTION = re.compile(r"(--[a-z0-9-]+)=")


def refuse_empty(arguments: Sequence[str]) -> None:
    """Refuse them all: as a path they would mean the current folder, and as any other value nothing.

    Raises:
        UsageError: when there is one; the message names the option before it, but no other argument, since an address
            may hold a password.
    """
    for before, argument in zip(["", *arguments], arguments, strict=False):
        option = _EMPTY_OPTION.fullmatch(argument)
        if argument and option is None:
            continue
        where = option[1] if option else f"the argument after {before}" if before.startswith("--") else "an argument"
        raise UsageError(f"{where} is empty; write what is meant (. is the current folder), or leave it out")
