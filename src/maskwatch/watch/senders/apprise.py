"""The sender for e-mail, chat and over a hundred other services, through Apprise (https://github.com/caronc/apprise)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field

from maskwatch.errors import MissingExtraError, UsageError
from maskwatch.watch.events import Event, EventKind
from maskwatch.watch.schema import Secret
from maskwatch.watch.senders.base import BaseSender, SendError, SenderSettings, SenderType


class AppriseSettings(SenderSettings):
    """E-mail, chat and many other services, through https://github.com/caronc/apprise."""

    type: Literal["apprise"] = Field(description="Selects this sender.")
    url: Secret = Field(description="One Apprise URL. It contains a password, so it is a secret.")
    kinds: list[EventKind] = Field(
        default=["new"], min_length=1, description="Send only these kinds of events; by default the start of incidents."
    )


class AppriseSender(BaseSender):
    """Sends messages in plain words; events that have piled up go into one message.

    Args:
        settings: of the sender.

    Raises:
        MissingExtraError: when Apprise is not installed.
        UsageError: when the URL is missing, or Apprise does not recognise it.
    """

    batch = 50

    def __init__(self, settings: AppriseSettings) -> None:
        super().__init__(settings)
        try:
            import apprise
        except ImportError as error:
            raise MissingExtraError("watch", "sending e-mail and chat messages") from error
        self._apprise = apprise.Apprise()
        self._place = f"URL in {settings.url.place}"
        if not self._apprise.add(settings.url.read()) or len(self._apprise) != 1:
            raise UsageError(
                f"sender {self.name}: Apprise does not recognise the {self._place}; see its list of services"
            )

    def send(self, events: Sequence[Event]) -> None:
        """Send one message."""
        title = f"MaskWatch: {events[0].sentence()}" if len(events) == 1 else f"MaskWatch: {len(events)} events"
        body = "\n".join(f"{_local(event.at)}  {event.sentence()}" for event in events)
        try:
            arrived = self._apprise.notify(body=body, title=title)
        except TypeError as error:  # raised by Apprise for a message that it does not accept
            raise SendError(f"Apprise rejects the message ({error})") from error
        if not arrived:
            raise SendError(f"the service at the {self._place} did not accept the message; its log says why")

    def check(self) -> str:
        """Name the service; Apprise cannot test it without sending."""
        service = str(self._apprise[0].service_name)
        return f"the {self._place} is valid for {service}; nothing was sent"


def describe(settings: AppriseSettings) -> str:
    """What the sender does, for ``watch --check``."""
    return f"sends messages through Apprise to the URL in {settings.url.place}"


SENDER = SenderType(AppriseSettings, lambda settings, _watch: AppriseSender(settings), describe)


def _local(at: float) -> str:
    """A Unix time in local time, with its offset from UTC: 2026-11-21 06:59:44 +0100."""
    return f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M:%S %z}"
