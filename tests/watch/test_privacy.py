"""By default a watch saves and sends no images of people, and opens no connection."""

from __future__ import annotations

import socket
import threading
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest

from clips import Clip, write_clip
from maskwatch.detect.raw_prediction import Calibration, Thresholds
from maskwatch.detections import Detections
from maskwatch.frames import Image
from maskwatch.watch.health.liveness import Notifier
from maskwatch.watch.run import Watch
from maskwatch.watch.senders import make_senders
from maskwatch.watch.senders.outbox import Outbox
from maskwatch.watch.settings import load_settings
from maskwatch.watch.store import EventReader, EventStore


class OneUnmaskedFace:
    """Detects the same face in every image."""

    thresholds = Thresholds(conf=0.5, iou=0.5, calibration=Calibration(1.0))

    def __call__(self, image: Image) -> Detections:
        box = np.array([[5, 5, 30, 35]], np.float32)
        return Detections(box, np.array([0.9], np.float32), np.array([[0, 0, 1]], np.float32))


def test_a_watch_writes_events_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    frames = [rng.integers(0, 255, (48, 64, 3), np.uint8) for _ in range(30)]
    video = write_clip(tmp_path / "door.mp4", frames, Clip(rate=Fraction(15)))
    folder = tmp_path / "out"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    settings = load_settings(None, [str(video)], {"rules": [{"name": "no-mask", "seconds": 0.5}]}, environment={})
    store = EventStore(settings.events.path)
    outbox = Outbox(store, make_senders(settings))
    outbox.start()
    Watch(settings, OneUnmaskedFace(), store, on_hang=pytest.fail, notifier=Notifier({})).run(threading.Event())
    assert outbox.close()
    store.close()

    assert sorted(path.name for path in folder.rglob("*")) == [
        "maskwatch-events.sqlite",
        "maskwatch-events.sqlite.lock",
    ]
    content = (folder / "maskwatch-events.sqlite").read_bytes()
    assert all(mark not in content for mark in (b"\xff\xd8\xff", b"\x89PNG", b"ftyp", b"RIFF"))
    assert len(content) < 100_000
    with EventReader("maskwatch-events.sqlite") as reader:
        assert "new" in {event.kind for event in reader.events()}
