"""Senders of other packages: entry points of the group ``maskwatch.senders``.

A plugin is imported only when the settings use it, so a broken one cannot disturb a watch that does without it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, get_args

from maskwatch.errors import MaskWatchError, UsageError
from maskwatch.watch.senders.base import SenderSettings, SenderType

GROUP = "maskwatch.senders"
_LOG = logging.getLogger("maskwatch.watch")


@cache
def find_plugins(built_in: frozenset[str]) -> dict[str, list[EntryPoint]]:
    """The installed plugins by the name of their type, not imported yet; looked up once per process.

    Args:
        built_in: names that plugins cannot take; these are logged and ignored.
    """
    found: dict[str, list[EntryPoint]] = {}
    for entry in entry_points(group=GROUP):
        if entry.name in built_in:
            _LOG.warning("sender type %s of %s is ignored: the name is built in", entry.name, _package(entry))
        else:
            found.setdefault(entry.name, []).append(entry)
    return found


def load_plugin(entries: list[EntryPoint]) -> SenderType[Any]:
    """Import a plugin.

    Args:
        entries: those of one name; more than one is an error.

    Raises:
        UsageError: when it cannot be imported or does not offer a sender of this name.
    """
    entry, *others = entries
    if others:
        packages = ", ".join(sorted(_package(each) for each in entries))
        raise UsageError(f"several packages provide the sender {entry.name} ({packages}); uninstall all but one")
    try:
        record = entry.load()
    except Exception as error:
        reason = " ".join(str(error).split())
        raise _broken(entry, f"cannot be loaded ({type(error).__name__}: {reason})") from error
    if not isinstance(record, SenderType):
        raise _broken(entry, f"is broken ({entry.value} is not a SenderType)")
    settings = record.settings
    if not (isinstance(settings, type) and issubclass(settings, SenderSettings)):
        raise _broken(entry, "is broken (its settings are not derived from SenderSettings)")
    if get_args(settings.model_fields["type"].annotation) != (entry.name,):
        raise _broken(entry, f'is broken (the type of its settings is not Literal["{entry.name}"])')
    return replace(record, make=_guarded(entry, record.make), describe=_guarded(entry, record.describe))


def _guarded(entry: EntryPoint, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with its unexpected errors as one line; their text could contain a secret, so it is left out."""

    def call(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except MaskWatchError:
            raise
        except Exception as error:
            raise _broken(entry, f"failed unexpectedly ({type(error).__name__})") from error

    return call


def _broken(entry: EntryPoint, problem: str) -> UsageError:
    return UsageError(f"sender {entry.name} of {_package(entry)} {problem}; update or uninstall the package")


def _package(entry: EntryPoint) -> str:
    return "an unknown package" if entry.dist is None else f"{entry.dist.name} {entry.dist.version}"
