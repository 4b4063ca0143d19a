"""The sender that beeps on this computer for each event."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field

from maskwatch.errors import UsageError
from maskwatch.watch.events import Event, EventKind
from maskwatch.watch.senders.base import BaseSender, SendError, SenderSettings, SenderType

RATE = 44100
PLAYERS = (("paplay",), ("pw-play",), ("aplay", "-q"), ("afplay",))
"""Programs that play a WAV file: PulseAudio, PipeWire, ALSA, macOS."""
PLAY_TIMEOUT_S = 5.0


class SoundSettings(SenderSettings):
    """A beep on this computer."""

    type: Literal["sound"] = Field(description="Selects this sender.")
    kinds: list[EventKind] = Field(
        default=["new"],
        min_length=1,
        description="Beep only for these kinds of events; by default the start of incidents.",
    )
    newest_s: float = Field(
        default=15, gt=0, le=3600, description="No beep for events older than this: a late beep misleads."
    )


class SoundSender(BaseSender):
    """Beeps on this computer. It knows whether the player succeeded, not whether anybody heard it.

    Args:
        settings: of the sender.

    Raises:
        UsageError: when there is neither a player of sound files nor a terminal.
    """

    batch = 100

    def __init__(self, settings: SoundSettings) -> None:
        super().__init__(settings)
        self._max_age_s = settings.newest_s
        beeper = find_beeper()
        if beeper is None:
            raise UsageError(
                f"sender {self.name}: no sound player found; install pulseaudio-utils or alsa-utils, or remove the "
                "sender"
            )
        self._beeper = beeper

    def send(self, events: Sequence[Event]) -> None:
        """Beep once if any event is recent enough."""
        if any(time.time() - event.at <= self._max_age_s for event in events):
            self._beep()

    def check(self) -> str:
        """Beep."""
        self._beep()
        return f"{self._beeper.method}; you should have heard it just now"

    def _beep(self) -> None:
        try:
            self._beeper.beep()
        except OSError as error:
            raise SendError(f"no sound ({error}); check the sound card and your permission to use it") from error


def describe(_settings: SoundSettings) -> str:
    """What the sender does, for ``watch --check``."""
    return "beeps on this computer"


SENDER = SenderType(SoundSettings, lambda settings, _watch: SoundSender(settings), describe)


@dataclass(frozen=True)
class Beeper:
    """One way to beep.

    Attributes:
        method: in words: "beeps with aplay".
        beep: plays the beep; raises OSError on failure.
    """

    method: str
    beep: Callable[[], None]


def find_beeper() -> Beeper | None:
    """The first player of sound files on this computer, else the terminal bell; None when there is neither."""
    for command in PLAYERS:
        program = shutil.which(command[0])
        if program is not None:
            return Beeper(f"beeps with {command[0]}", partial(_play, [program, *command[1:]]))
    if sys.platform == "win32":
        return Beeper("beeps with Windows", _windows)
    if sys.stderr.isatty():
        return Beeper("rings the terminal bell, which many terminals mute", _bell)
    return None


def tone(seconds: float = 0.25, hertz: float = 880.0, times: int = 2) -> bytes:
    """Beeps as a WAV file: mono, 16 bit, faded in and out over 10 ms to avoid clicks."""
    t = np.arange(int(RATE * seconds)) / RATE
    envelope = np.clip(np.minimum(t, seconds - t) / 0.01, 0, 1)
    one = np.sin(2 * np.pi * hertz * t) * envelope * 0.6
    samples = np.tile(np.concatenate([one, np.zeros(RATE // 10)]), times)
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
        sound.writeframes(struct.pack(f"<{len(samples)}h", *(samples * 32767).astype(int)))
    return file.getvalue()


def _play(command: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "beep.wav"
        path.write_bytes(tone())
        try:
            ended = subprocess.run(
                [*command, str(path)],
                timeout=PLAY_TIMEOUT_S,
                capture_output=True,
                stdin=subprocess.DEVNULL,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise OSError(f"{Path(command[0]).name} did not finish in time") from error
    if ended.returncode:
        lines = ended.stderr.decode(errors="replace").strip().splitlines()
        raise OSError(f"{Path(command[0]).name}: {lines[-1] if lines else f'status {ended.returncode}'}")


def _bell() -> None:
    sys.stderr.write("\a")
    sys.stderr.flush()


def _windows() -> None:
    if sys.platform == "win32":
        import winsound

        winsound.PlaySound(tone(), winsound.SND_MEMORY)
