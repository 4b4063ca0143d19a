"""Ways to make a sound on this computer."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import sys
import tempfile
import wave
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

RATE = 44100
PLAYERS = (("paplay",), ("pw-play",), ("aplay", "-q"), ("afplay",))
"""Programs that play a WAV file: PulseAudio, PipeWire, ALSA, macOS."""
LONGEST_S = 5.0


@dataclass(frozen=True)
class Beeper:
    """One way to beep.

    Attributes:
        way: in words.
        beep: does it; raises OSError when it cannot.
    """

    way: str
    beep: Callable[[], None]


def find_beeper() -> Beeper | None:
    """The first way there is: a player of sound files, or else the bell of the terminal; None when there is none."""
    for command in PLAYERS:
        found = shutil.which(command[0])
        if found is not None:
            return Beeper(f"plays a beep by {command[0]}", partial(_play, [found, *command[1:]]))
    if sys.platform == "win32":
        return Beeper("plays a beep by Windows", _windows)
    if sys.stderr.isatty():
        return Beeper("rings the bell of the terminal, which many terminals show or leave out", _bell)
    return None


def tone(seconds: float = 0.25, hertz: float = 880.0, times: int = 2) -> bytes:
    """Beeps as the bytes of a WAV file: mono, 16 bit; each swells and fades within 10 ms, so that it does not crack."""
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
                [*command, str(path)], timeout=LONGEST_S, capture_output=True, stdin=subprocess.DEVNULL, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise OSError(f"{Path(command[0]).name} did not end in time") from error
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
