"""What every sender has: settings, a filter for events, and the promises of `Sender`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from pydantic import Field, model_validator

from maskwatch.errors import MaskWatchError
from maskwatch.watch.events import EVENT_KINDS, Event, EventKind
from maskwatch.watch.schema import Group, Name

if TYPE_CHECKING:
    from maskwatch.watch.settings import WatchSettings


class SenderSettings(Group):
    """Settings that all senders share: a name, and which events are sent."""

    type: str = Field(description="Type of the sender.")
    name: Name = Field(default="", validate_default=False, description="Name in logs and metrics; by default the type.")
    rules: list[Name] = Field(default=[], description="Send only incidents of these rules; by default all rules.")
    cameras: list[Name] = Field(default=[], description="Send only events of these cameras; by default all cameras.")
    kinds: list[EventKind] = Field(
        default=list(EVENT_KINDS),
        min_length=1,
        description="Send only these kinds of events: new, update and end of an incident, and camera (a camera changed "
        "its state).",
    )

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        if isinstance(value, dict) and not value.get("name"):
            return {**value, "name": value.get("type", "")}
        return value


class SendError(MaskWatchError):
    """Events could not be delivered.

    Args:
        text: the reason in one line, without credentials.
        arrived: number of events, from the first, that were delivered.
        final: the target refuses the next event for good; it is dropped.
        retry_after_s: pause that the target asked for, seconds.
    """

    def __init__(self, text: str, *, arrived: int = 0, final: bool = False, retry_after_s: float = 0.0) -> None:
        super().__init__(text)
        self.arrived = arrived
        self.final = final
        self.retry_after_s = retry_after_s


class Sender(Protocol):
    """Delivers events to one target; used by one thread at a time.

    Attributes:
        name: identifies the sender in the event store; the same in every run.
        batch: largest number of events that `send` takes at once.
    """

    name: str
    batch: int

    def wants(self, event: Event) -> bool:
        """Whether this event is sent."""

    def start(self) -> None:
        """Called once when the watch starts, before the first event; returns without waiting."""

    def send(self, events: Sequence[Event]) -> None:
        """Deliver events; on return, all of them have arrived.

        Raises:
            SendError: when some did not, or may not have arrived.
        """

    def check(self) -> str:
        """Test the target without sending an event; returns the result as a sentence.

        Raises:
            SendError: when the sender would not work.
        """

    def close(self) -> None:
        """Close connections and files."""


class BaseSender:
    """Base class of senders: the name and the filter come from the settings, `start` and `close` do nothing.

    Args:
        settings: of the sender.
    """

    batch = 1
    wants_quiet = False
    """Whether events of the cool-down are sent too. They are stored, but not announced."""

    def __init__(self, settings: SenderSettings) -> None:
        self.name = settings.name
        self._kinds, self._rules, self._cameras = set(settings.kinds), set(settings.rules), set(settings.cameras)

    def wants(self, event: Event) -> bool:
        """Whether the settings select this event; the choice of rules does not apply to events of cameras."""
        if event.quiet and not self.wants_quiet:
            return False
        if event.kind not in self._kinds or (self._cameras and event.camera not in self._cameras):
            return False
        return event.kind == "camera" or not self._rules or event.rule in self._rules

    def start(self) -> None:
        """Nothing to start."""

    def close(self) -> None:
        """Nothing to close."""


Settings = TypeVar("Settings", bound=SenderSettings)


@dataclass(frozen=True)
class SenderType(Generic[Settings]):
    """Record of the registry for one type of sender.

    Attributes:
        settings: class of its settings; the field ``type`` is a ``Literal`` with the name of the type.
        make: creates the sender from its settings and those of the whole watch, without connecting.
        describe: completes the sentence "Sender NAME ..." of ``watch --check``, without credentials:
            "posts to example.org over HTTPS".
    """

    settings: type[Settings]
    make: Callable[[Settings, WatchSettings], Sender]
    describe: Callable[[Settings], str]
