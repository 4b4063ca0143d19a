"""Secrets: read from the environment or from a file, never from the settings themselves, never shown."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator

from maskwatch.errors import UsageError
from maskwatch.watch.settings.base import Group


class Secret(Group):
    """Where a password, key or token comes from: an environment variable, or a file. One of the two."""

    env: str | None = Field(default=None, min_length=1, description="Name of the environment variable that holds it.")
    file: Path | None = Field(default=None, description="Path of a file that holds it and nothing else.")

    @model_validator(mode="before")
    @classmethod
    def _no_plain_text(cls, value: Any) -> Any:
        if not isinstance(value, (dict, cls)):
            raise ValueError("secrets do not stand in settings; write {env: NAME} or {file: PATH}")
        return value

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError("a secret comes from one place; write {env: NAME} or {file: PATH}")
        return self

    @property
    def place(self) -> str:
        """Where it comes from, in words."""
        return f"environment variable {self.env}" if self.env is not None else f"file {self.file}"

    def read(self) -> str:
        """The secret, without line breaks around it.

        Raises:
            UsageError: when the variable is not set, or the file cannot be read or is empty.
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
