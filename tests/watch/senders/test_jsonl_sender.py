"""The JSON Lines sender: complete lines only, rotation of full files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from maskwatch.watch.events import Event
from maskwatch.watch.senders import SendError
from maskwatch.watch.senders.jsonl import JsonlSender, JsonlSettings
from watched_people import event


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
    written = [line["id"] for name in reversed(names) for line in lines(tmp_path / name)]
    assert written == [one.id for one in ids][-len(written) :]
    assert 0 < len(written) < 30
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
