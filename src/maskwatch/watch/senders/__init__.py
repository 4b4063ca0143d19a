"""Who is told of events, and how."""

from __future__ import annotations

from contextlib import ExitStack

from maskwatch.watch.senders.base import Sender, SendError
from maskwatch.watch.settings import WatchSettings
from maskwatch.watch.settings.senders import (
    AppriseSettings,
    JsonlSettings,
    MqttSettings,
    SenderSettings,
    SoundSettings,
    WebhookSettings,
)

__all__ = ["SendError", "Sender", "make_senders"]


def make_senders(settings: WatchSettings) -> list[Sender]:
    """The senders of a watch; nothing is connected yet.

    Raises:
        MissingExtraError: when one needs a package that is not installed.
        UsageError: when a secret is missing, or a setting cannot be used.
    """
    with ExitStack() as undo:
        senders = []
        for chosen in settings.senders:
            sender = _make(chosen, settings)
            undo.callback(sender.close)
            senders.append(sender)
        undo.pop_all()
        return senders


def _make(chosen: SenderSettings, settings: WatchSettings) -> Sender:
    match chosen:
        case WebhookSettings():
            from maskwatch.watch.senders.webhook import WebhookSender

            return WebhookSender(chosen)
        case MqttSettings():
            from maskwatch.watch.senders.mqtt import MqttSender

            return MqttSender(chosen, settings)
        case AppriseSettings():
            from maskwatch.watch.senders.apprise import AppriseSender

            return AppriseSender(chosen)
        case SoundSettings():
            from maskwatch.watch.senders.sound import SoundSender

            return SoundSender(chosen)
        case JsonlSettings():
            from maskwatch.watch.senders.jsonl import JsonlSender

            return JsonlSender(chosen)
