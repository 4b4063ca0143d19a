"""A full disk is logged and harms nothing; events wait in memory and are written once there is space."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from maskwatch.errors import SinkError
from maskwatch.watch.senders.base import SendError
from maskwatch.watch.senders.jsonl import JsonlSender, JsonlSettings
from maskwatch.watch.store import EventReader, EventStore
from watched_people import event


def fill(folder: Path) -> Path:
    """Fill the disk."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        size = 65536
        while size:
            try:
                file.write(b"x" * size)
            except OSError:
                size //= 2
    return ballast


def intact(path: Path) -> bool:
    with EventReader(path) as reader:
        return bool(reader._connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))


def test_events_wait_in_memory_and_are_written_later(small_disk: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = small_disk / "events.sqlite"
    store = EventStore(path)
    store.subscribe("a", lambda _: True)
    first = [event(number) for number in range(3)]
    assert store.append(first)
    ballast = fill(small_disk)

    waiting = []
    number = 100
    while (
        store.append([event(number, reason="long " * 200)]) and number < 2000
    ):  # as many as fit into the write-ahead log
        number += 1
    committed = store.pending("a")
    for extra in range(5):
        waiting.append(event(5000 + extra))
        assert not store.append([waiting[-1]])
    assert store.waiting == 6
    (line,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "events cannot be written (database or disk is full)" in line.getMessage()
    assert "free space there" in line.getMessage()
    assert intact(path)

    # senders continue with what is on the disk, and get nothing twice
    store.delivered("a", [first[0].id])
    assert store.undelivered("a", 1) == [first[1]]
    assert store.pending("a") == committed - 1

    ballast.unlink()
    assert store.append([])
    assert store.waiting == 0
    assert store.lost == 0
    assert store.undelivered("a", 10_000)[-5:] == waiting
    assert "are written again" in caplog.records[-1].getMessage()
    store.delivered("a", [first[1].id])
    assert store.pending("a") == committed - 2 + 6
    store.close()
    assert intact(path)


def test_nothing_is_lost_when_the_disk_is_full_at_the_commit(small_disk: Path) -> None:
    path = small_disk / "events.sqlite"
    store = EventStore(path)
    known: list[str] = []
    for number in range(0, 20_000, 100):
        batch = [event(number + n, reason="x" * 50) for n in range(100)]
        if not store.append(batch):
            break
        known += [one.id for one in batch]
    else:
        pytest.fail("the disk was never full")
    store.close()
    assert intact(path)
    with EventReader(path) as reader:
        assert [one.id for one in reader.events()] == known


def test_events_without_space_until_the_end_are_logged_as_lost(
    small_disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = EventStore(small_disk / "events.sqlite")
    ballast = fill(small_disk)
    while store.append([event(len(caplog.records), reason="long " * 5000)]):
        pass
    store.close()
    assert "1 waiting events are lost" in caplog.records[-1].getMessage()
    ballast.unlink()
    assert intact(small_disk / "events.sqlite")


def test_a_disk_that_is_full_from_the_beginning_is_an_error_at_the_start(small_disk: Path) -> None:
    fill(small_disk)
    with pytest.raises(SinkError, match="events cannot be written"):
        EventStore(small_disk / "events.sqlite")


def test_the_number_of_waiting_events_is_limited(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maskwatch.watch.store.store.MAX_WAITING", 50)
    store = EventStore(small_disk / "events.sqlite")
    ballast = fill(small_disk)
    for number in range(0, 100_000, 1000):
        if not store.append([event(number + n) for n in range(1000)]):
            break
    assert store.waiting == 50
    assert store.lost == 950
    ballast.unlink()
    assert store.flush()
    store.close()


def test_json_lines_stay_complete(small_disk: Path) -> None:
    path = small_disk / "events.jsonl"
    sender = JsonlSender(JsonlSettings(type="jsonl", path=path, name="jsonl"))
    sender.send([event(1)])
    ballast = fill(small_disk)
    with pytest.raises(SendError, match="no space left"):
        sender.send([event(number) for number in range(50)])
    assert path.read_bytes().count(b"\n") >= 1
    assert path.read_bytes().endswith(b"\n")
    ballast.unlink()
    sender.send([event(number) for number in range(2, 52)])
    sender.close()
    assert path.read_bytes().count(b"\n") == 51


def test_a_damaged_file_is_reported_and_not_damaged_further(tmp_path: Path) -> None:
    path = tmp_path / "events.sqlite"
    store = EventStore(path)
    store.append([event(number) for number in range(500)])
    store.close()
    content = bytearray(path.read_bytes())
    content[4096:40960] = os.urandom(36864)
    path.write_bytes(content)
    try:
        store = EventStore(path)
    except SinkError:  # the damage may be noticed at once; any other error fails the test
        return
    assert not store.append([event(1000)])
    assert store.waiting == 1
    store.close()
