"""JSON Lines files, messages through Apprise, beeps, and making senders from settings."""

from __future__ import annotations

import io
import json
import os
import stat
import sys
import time
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hook_server import HookServer
from mail_server import MailServer
from maskwatch.errors import MissingExtraError, UsageError
from maskwatch.watch.events import Event
from maskwatch.watch.senders import SendError, make_senders
from maskwatch.watch.senders.apprise import AppriseSettings
from maskwatch.watch.senders.jsonl import JsonlSender, JsonlSettings
from maskwatch.watch.senders.sound import SoundSender, SoundSettings, find_beeper, tone
from watched_people import event, settings


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def jsonl(path: Path, **values: Any) -> JsonlSender:
    return JsonlSender(JsonlSettings.model_validate({"type": "jsonl", "path": path, **values}))


def test_each_event_is_a_line(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "events.jsonl"
    sender = jsonl(path)
    events = [event(1, reason="näher"), event(2, "end")]
    sender.send(events)
    assert [Event.from_dict(line) for line in lines(path)] == events
    sender.close()
    again = jsonl(path)
    again.send([event(3)])
    again.close()
    assert len(lines(path)) == 3


def test_full_files_are_rotated_and_the_oldest_is_deleted(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    sender = jsonl(path, max_mb=0.002, files=2)
    ids = []
    for number in range(30):
        ids.append(event(number))
        sender.send(ids[-1:])
    sender.close()
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == ["events.jsonl", "events.jsonl.1", "events.jsonl.2"]
    kept = [line["id"] for name in reversed(names) for line in lines(tmp_path / name)]
    assert kept == [one.id for one in ids][-len(kept) :]
    assert 0 < len(kept) < 30
    assert all(file.stat().st_size <= 2000 for file in tmp_path.iterdir())


def test_a_line_truncated_by_a_crash_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    sender = jsonl(path)
    sender.send([event(1)])
    sender.close()
    with path.open("ab") as file:
        file.write(b'{"id": "half' + b"x" * 100_000)
    again = jsonl(path)
    again.send([event(2)])
    again.close()
    assert len(lines(path)) == 2


def test_a_path_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    sender = jsonl(tmp_path)
    with pytest.raises(SendError, match="cannot be written"):
        sender.send([event(1)])
    with pytest.raises(SendError, match="cannot be written"):
        sender.check()
    assert jsonl(tmp_path / "good.jsonl").check().endswith("good.jsonl can be written")


# raised by a plugin that Apprise loads
old_module = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def apprise(monkeypatch: pytest.MonkeyPatch, url: str) -> Any:
    pytest.importorskip("apprise", reason="needs the extra: pip install 'maskwatch[watch]'")
    from maskwatch.watch.senders.apprise import AppriseSender

    monkeypatch.setenv("APPRISE_URL", url)
    return AppriseSender(AppriseSettings.model_validate({"type": "apprise", "url": {"env": "APPRISE_URL"}}))


@old_module
def test_apprise_writes_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    with HookServer(status=200) as server:
        sender = apprise(monkeypatch, f"json://127.0.0.1:{server.port}/sesame")
        sender.send([event(1)])
        sender.send([event(2), event(3)])
    one, two = (json.loads(call.body) for call in server.calls)
    assert one["title"] == "MaskWatch: 1 person without a mask at door (no-mask)"
    assert two["title"] == "MaskWatch: 2 events"
    assert two["message"].count("without a mask at door") == 2


@old_module
def test_e_mail_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    with MailServer() as server:
        address = f"mailto://127.0.0.1:{server.port}?from=watch@example.org&to=nurse@example.org&mode=insecure"
        apprise(monkeypatch, address).send([event(1)])
    (mail,) = server.got
    assert "Subject: MaskWatch: 1 person without a mask at door (no-mask)" in mail
    assert "To: nurse@example.org" in mail
    assert "without a mask at door (no-mask)" in mail.split("\n\n", 1)[1]


@old_module
def test_apprise_failures_are_failures_without_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    with HookServer(status=500) as server:
        sender = apprise(monkeypatch, f"json://127.0.0.1:{server.port}/sesame")
        with pytest.raises(SendError) as caught:
            sender.send([event(1)])
    assert "environment variable APPRISE_URL" in str(caught.value)
    assert "sesame" not in str(caught.value)
    with pytest.raises(UsageError, match="Apprise does not recognise the URL in environment variable"):
        apprise(monkeypatch, "nonsense")
    with pytest.raises(UsageError, match="Apprise does not recognise"):
        apprise(monkeypatch, "json://a json://b")


def test_without_its_package_apprise_is_missing_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'maskwatch\[watch\]'"):
        make_senders(settings(senders=[{"type": "apprise", "url": {"env": "X"}}]))


def test_the_beep_is_a_sound_file_that_does_not_crack() -> None:
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


def test_a_new_event_is_played(player: Path) -> None:
    sender = sound()
    sender.send([event(at=time.time())])
    assert (player / "played.wav").read_bytes() == tone()
    assert "aplay" in sender.check()


def test_a_late_beep_would_mislead(player: Path) -> None:
    sound(newest_s=10).send([event(at=time.time() - 60)])
    assert not (player / "played.wav").exists()


def test_a_player_that_fails_is_a_failure(player: Path) -> None:
    (player / "broken").touch()
    with pytest.raises(SendError, match=r"no sound \(aplay: status 1\)"):
        sound().send([event(at=time.time())])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has its own player")
def test_without_player_and_terminal_there_is_no_sound_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with pytest.raises(UsageError, match="no sound player found"):
        sound()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has its own player")
def test_the_terminals_bell_is_the_last_resort(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_senders_are_made_in_the_order_of_the_settings(tmp_path: Path) -> None:
    chosen = [
        {"type": "jsonl", "path": str(tmp_path / "a.jsonl"), "name": "first"},
        {"type": "webhook", "url": "http://127.0.0.1/"},
    ]
    assert [sender.name for sender in make_senders(settings(senders=chosen))] == ["first", "webhook"]
    assert make_senders(settings()) == []


def test_by_default_sound_and_apprise_only_report_the_start_of_incidents() -> None:
    chosen = settings(senders=[{"type": "sound"}, {"type": "apprise", "url": {"env": "X"}}]).senders
    assert [sender.kinds for sender in chosen] == [["new"], ["new"]]
