"""A beep for each event."""

from __future__ import annotations

import time
from collections.abc import Sequence

from maskwatch.errors import UsageError
from maskwatch.watch.events import Event
from maskwatch.watch.senders.base import ChosenEvents, SendError
from maskwatch.watch.senders.beep import find_beeper
from maskwatch.watch.settings.senders import SoundSettings


class SoundSender(ChosenEvents):
    """Beeps at this computer. It knows whether a player was started and ended well, not whether anybody heard it.

    Args:
        settings: of the sender.

    Raises:
        UsageError: when there is neither a player of sound files nor a terminal.
    """

    batch = 100

    def __init__(self, settings: SoundSettings) -> None:
        super().__init__(settings)
        self._newest_s = settings.newest_s
        beeper = find_beeper()
        if beeper is None:
            raise UsageError(
                f"sender {self.name}: nothing here can make a sound; install pulseaudio-utils or alsa-utils, or take "
                "the sender out"
            )
        self._beeper = beeper

    def send(self, events: Sequence[Event]) -> None:
        """Beep once for all events that are new enough."""
        if not any(time.time() - event.at <= self._newest_s for event in events):
            return
        try:
            self._beeper.beep()
        except OSError as error:
            raise SendError(f"no sound ({error}); check the sound card and the rights to use it") from error

    def check(self) -> str:
        """Beep."""
        try:
            self._beeper.beep()
        except OSError as error:
            raise SendError(f"no sound ({error}); check the sound card and the rights to use it") from error
        return f"{self._beeper.way}; you should have heard it just now"
