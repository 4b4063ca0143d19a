"""E-mail, chat and over a hundred other services, by Apprise (https://github.com/caronc/apprise)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from maskwatch.errors import MissingExtraError, UsageError
from maskwatch.watch.events import Event
from maskwatch.watch.senders.base import ChosenEvents, SendError
from maskwatch.watch.settings.senders import AppriseSettings


class AppriseSender(ChosenEvents):
    """Writes a message in words; events that have gathered meanwhile come in one.

    Args:
        settings: of the sender.

    Raises:
        MissingExtraError: when Apprise is not installed.
        UsageError: when the address is missing, or Apprise does not understand it.
    """

    batch = 50

    def __init__(self, settings: AppriseSettings) -> None:
        super().__init__(settings)
        try:
            import apprise
        except ImportError as error:
            raise MissingExtraError("watch", "writing e-mail and chat messages") from error
        self._apprise = apprise.Apprise()
        self._place = f"address in {settings.url.place}"
        if not self._apprise.add(settings.url.read()) or len(self._apprise) != 1:
            raise UsageError(
                f"sender {self.name}: Apprise does not understand the {self._place}; see its list of services"
            )

    def send(self, events: Sequence[Event]) -> None:
        """Write one message."""
        title = f"MaskWatch: {events[0].sentence()}" if len(events) == 1 else f"MaskWatch: {len(events)} events"
        body = "\n".join(f"{_local(event.at)}  {event.sentence()}" for event in events)
        try:
            arrived = self._apprise.notify(body=body, title=title)
        except TypeError as error:  # how Apprise refuses what it is given
            raise SendError(f"Apprise refuses to send ({error})") from error
        if not arrived:
            raise SendError(f"the service at the {self._place} took no message; its log says why")

    def check(self) -> str:
        """Say which service it is; Apprise cannot try it without sending."""
        service = str(self._apprise[0].service_name)
        return f"the {self._place} is one of {service}; whether it takes messages is seen when one is sent"


def _local(at: float) -> str:
    """A time on the clock of this computer, with its distance from UTC: 2026-11-21 06:59:44 +0100."""
    return f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M:%S %z}"
