"""Building blocks of all settings: groups, names and secrets."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from maskwatch.errors import UsageError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


class Group(BaseModel):
    """A group of settings: immutable, and unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True)


def _is_name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("a name has 1 to 64 letters, digits, '-', '_' or '.', and starts with a letter or digit")
    return text


Name = Annotated[str, AfterValidator(_is_name)]
"""A name that is safe in topics, file names and metrics."""


def repeated(names: list[str]) -> str | None:
    """The first name that occurs twice, or None."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


class Secret(Group):
    """Where a password, key or token comes from: an environment variable or a file, never the settings themselves."""

    env: str | None = Field(default=None, min_length=1, description="Environment variable that holds the secret.")
    file: Path | None = Field(default=None, description="File that contains the secret and nothing else.")

    @model_validator(mode="before")
    @classmethod
    def _no_plain_text(cls, value: Any) -> Any:
        if not isinstance(value, (dict, cls)):
            raise ValueError("secrets are not written into settings; use {env: NAME} or {file: PATH}")
        return value

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError("a secret has one source; use {env: NAME} or {file: PATH}")
        return self

    @property
    def place(self) -> str:
        """The source in words: "environment variable HOOK_SECRET"."""
        return f"environment variable {self.env}" if self.env is not None else f"file {self.file}"

    def read(self) -> str:
        """The secret, without surrounding white space.

        Raises:
            UsageError: when the variable is not set, or the file is unreadable or empty.
        """
        text = os.environ.get(self.env, "") if self.env is not None else self._from_file()
        if not text.strip():
            raise UsageError(f"{self.place} holds no secret; set it")
        return text.strip()

    def _from_file(self) -> str:
        try:
            return Path(self.file or "").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "no text"
            raise UsageError(
                f"{self.place} cannot be read ({str(reason).lower()}); check path and permissions"
            ) from error
