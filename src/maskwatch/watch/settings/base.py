"""What all groups of settings have in common."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


class Group(BaseModel):
    """A group of settings: unknown names are refused, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True)


def _is_name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("a name has 1 to 64 letters, digits, '-', '_' or '.', and begins with a letter or digit")
    return text


Name = Annotated[str, AfterValidator(_is_name)]
"""A name that is safe in topics, file names and metrics."""


def repeated(names: list[str]) -> str | None:
    """The first name that stands in the list twice, or None."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None
