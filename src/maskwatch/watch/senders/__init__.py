"""The registry of senders, which deliver events to alert targets.

To add a sender, write a module with its own record (see ``webhook.py``) and add the record to `SENDERS`. Another
package adds one by an entry point of the group ``maskwatch.senders`` (see CONTRIBUTING).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from functools import reduce
from importlib.metadata import EntryPoint
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from maskwatch.watch.senders import apprise, jsonl, mqtt, sound, webhook
from maskwatch.watch.senders.base import BaseSender, Sender, SendError, SenderSettings, SenderType
from maskwatch.watch.senders.plugins import find_plugins, load_plugin

if TYPE_CHECKING:
    from maskwatch.watch.settings import WatchSettings

__all__ = [
    "SENDERS",
    "BaseSender",
    "SendError",
    "Sender",
    "SenderSettings",
    "SenderType",
    "describe_sender",
    "make_senders",
    "sender_names",
    "sender_type",
    "settings_of",
]

SENDERS: dict[str, SenderType[Any]] = {
    "webhook": webhook.SENDER,
    "mqtt": mqtt.SENDER,
    "apprise": apprise.SENDER,
    "sound": sound.SENDER,
    "jsonl": jsonl.SENDER,
}
"""The built-in types of senders by the name that ``type`` gives in the settings."""


def sender_names() -> list[str]:
    """The names of all types: built in, then those of installed plugins."""
    return [*SENDERS, *_plugins()]


def sender_type(name: str) -> SenderType[Any]:
    """The record of one type.

    Raises:
        KeyError: when there is none of this name.
        UsageError: when it is a plugin that cannot be loaded.
    """
    return SENDERS[name] if name in SENDERS else load_plugin(_plugins()[name])


def settings_of(names: Iterable[str] = SENDERS) -> Any:
    """The pydantic type for the settings of any of these types; the field ``type`` decides which.

    Raises:
        KeyError, UsageError: as `sender_type`.
    """
    classes = [sender_type(name).settings for name in names]
    return Annotated[reduce(or_, classes), Field(discriminator="type")]


def _plugins() -> dict[str, list[EntryPoint]]:
    return find_plugins(frozenset(SENDERS))


def make_senders(settings: WatchSettings) -> list[Sender]:
    """The senders of a watch, not connected yet.

    Raises:
        MissingExtraError: when one needs a package that is not installed.
        UsageError: when a secret is missing or a setting cannot be used.
    """
    with ExitStack() as undo:
        senders = []
        for chosen in settings.senders:
            sender = sender_type(chosen.type).make(chosen, settings)
            undo.callback(sender.close)
            senders.append(sender)
        undo.pop_all()
        return senders


def describe_sender(settings: SenderSettings) -> str:
    """What a sender does, for ``watch --check``: "posts to example.org over HTTPS"; without credentials."""
    return sender_type(settings.type).describe(settings)
