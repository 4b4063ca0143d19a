"""Beeps: the sound file, the player programs and the terminal bell."""

from __future__ import annotations

import io
import os
import stat
import sys
import time
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskwatch.errors import UsageError
from maskwatch.watch.senders import SendError
from maskwatch.watch.senders.sound import SoundSender, SoundSettings, find_beeper, tone
from watched_people import event


def test_the_beep_is_a_sound_file_without_clicks() -> None:
    with wave.open(io.BytesIO(tone(0.2, 880.0, 2))) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 44100)
        samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16).astype(float)
    spectrum = np.abs(np.fft.rfft(samples[: int(0.2 * 44100)]))
    assert abs(spectrum.argmax() / 0.2 - 880) < 10
    assert np.abs(np.diff(samples)).max() < 0.15 * 32767
    assert abs(samples[0]) < 100


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program called aplay, alone on the PATH; it copies the file that it is given."""
    if sys.platform == "win32":
        pytest.skip("Windows has its own player")
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "aplay"
    program.write_text(f'#!/bin/sh\n/bin/cp "$2" {tmp_path}/played.wav || exit 1\ntest ! -e {tmp_path}/broken\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder))
    return tmp_path


def sound(**values: Any) -> SoundSender:
    return SoundSender(SoundSettings.model_validate({"type": "sound", **values}))


def test_a_recent_event_beeps(player: Path) -> None:
    sender = sound()
    sender.send([event(at=time.time())])
    assert (player / "played.wav").read_bytes() == tone()
    assert "aplay" in sender.check()


def test_an_old_event_is_silent(player: Path) -> None:
    sound(newest_s=10).send([event(at=time.time() - 60)])
    assert not (player / "played.wav").exists()


def test_a_player_that_fails_is_a_failure(player: Path) -> None:
    (player / "broken").touch()
    with pytest.raises(SendError, match=r"no sound \(aplay: status 1\)"):
        sound().send([event(at=time.time())])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has its own player")
def test_without_player_and_terminal_it_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with pytest.raises(UsageError, match="no sound player found"):
        sound()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has its own player")
def test_the_terminal_bell_is_the_last_resort(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        beeper = find_beeper()
        assert beeper is not None
        assert "terminal bell" in beeper.method
        beeper.beep()
        assert os.read(ours, 1) == b"\a"
    os.close(ours)
