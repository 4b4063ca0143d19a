"""What all senders promise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from maskwatch.errors import MaskWatchError
from maskwatch.watch.events import Event
from maskwatch.watch.settings.senders import SenderSettings


class SendError(MaskWatchError):
    """Events could not be delivered.

    Args:
        text: why, in one line without credentials.
        arrived: so many of the events, from the first, have arrived.
        final: the next event was refused, and will be refused again.
        retry_after_s: how long the receiver asked to be left alone.
    """

    def __init__(self, text: str, *, arrived: int = 0, final: bool = False, retry_after_s: float = 0.0) -> None:
        super().__init__(text)
        self.arrived = arrived
        self.final = final
        self.retry_after_s = retry_after_s


class Sender(Protocol):
    """Tells somebody of events; used by one thread at a time.

    Attributes:
        name: the same in every run.
        batch: how many events it takes at most at once.
    """

    name: str
    batch: int

    def wants(self, event: Event) -> bool:
        """Whether it is to be told of this event."""

    def start(self) -> None:
        """Called once before the first event, when the watch begins; does not wait for anything."""

    def send(self, events: Sequence[Event]) -> None:
        """Deliver events; when it returns, they have arrived.

        Raises:
            SendError: when some have not, or perhaps not.
        """

    def check(self) -> str:
        """Find out, without telling of any event, whether it could work, and say in a sentence what was found.

        Raises:
            SendError: when it could not.
        """

    def close(self) -> None:
        """Let go of connections and files."""


class ChosenEvents:
    """The part of a sender that its settings decide: its name, and of which events it is told.

    Args:
        settings: of the sender.
    """

    batch = 1
    tells_quiet = False
    """Whether it wants the events that only the history is to know, too."""

    def __init__(self, settings: SenderSettings) -> None:
        self.name = settings.name
        self._kinds, self._rules, self._cameras = set(settings.kinds), set(settings.rules), set(settings.cameras)

    def wants(self, event: Event) -> bool:
        """Whether it is to be told of this event; a choice of rules does not concern events of cameras."""
        if event.quiet and not self.tells_quiet:
            return False
        if event.kind not in self._kinds or (self._cameras and event.camera not in self._cameras):
            return False
        return event.kind == "camera" or not self._rules or event.rule in self._rules

    def start(self) -> None:
        """Nothing to begin."""

    def close(self) -> None:
        """Nothing to let go of."""
