"""``maskwatch watch`` as a process: how it ends, and the files it writes."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import pytest

from clips import Clip, grey_steps, write_clip
from commands import PROGRAM, Command
from maskwatch.cli import INTERRUPTED
from maskwatch.cli.output.watch import STALLED
from maskwatch.frames import Image
from maskwatch.images import read_image
from maskwatch.watch.store import EventReader
from waiting import wait_for

QUICK = ("--imgsz", "256", "--threads", "1")
PATIENCE_S = 60
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals as services get them")

HANGS = """
import sys, time
import maskwatch.detect.single_shot as single_shot
single_shot.SingleShotDetector.__call__ = lambda *_: time.sleep(1000)
from maskwatch.cli import main
main()
"""


@pytest.fixture
def hour(tmp_path: Path) -> Path:
    """A long grey video with a frame every 200 ms."""
    return write_clip(tmp_path / "hour.mp4", grey_steps(600), Clip(rate=Fraction(5)))


@pytest.fixture
def unmasked(tmp_path: Path, portrait: Image) -> Path:
    """Two seconds of a person without a mask."""
    return write_clip(tmp_path / "unmasked.mp4", [portrait] * 20, Clip(rate=Fraction(10)))


@contextmanager
def running(
    folder: Path, *arguments: str | Path, program: Sequence[str] = PROGRAM, environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """``maskwatch watch`` in ``folder``; killed at the end of the block if it still runs."""
    with subprocess.Popen(
        [*program, "watch", *QUICK, *map(str, arguments)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def kinds(path: Path) -> list[str]:
    """The kinds of all events; for events of cameras, their states."""
    try:
        with EventReader(path) as reader:
            return [event.state if event.kind == "camera" else event.kind for event in reader.events()]
    except Exception:  # noqa: BLE001 - the file is only just being made
        return []


def test_sigterm_closes_everything_within_five_seconds(tmp_path: Path, hour: Path) -> None:
    with running(tmp_path, hour, "--clips", "--preview", "--json") as process:
        wait_for(lambda: "live" in kinds(tmp_path / "maskwatch-events.sqlite"), process=process)
        stopped_at = time.monotonic()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE_S)
    assert time.monotonic() - stopped_at < 5
    assert process.returncode == 0, err
    assert "Traceback" not in err
    assert kinds(tmp_path / "maskwatch-events.sqlite") == ["connecting", "live", "ended"]
    assert [json.loads(line)["state"] for line in out.splitlines()] == ["connecting", "live", "ended"]
    assert json.loads(out.splitlines()[-1])["reason"] == "the watch was stopped"
    with sqlite3.connect(tmp_path / "maskwatch-events.sqlite") as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_ctrl_c_is_an_interruption_and_loses_nothing(tmp_path: Path, hour: Path) -> None:
    with running(tmp_path, hour) as process:
        wait_for(lambda: "live" in kinds(tmp_path / "maskwatch-events.sqlite"), process=process)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == INTERRUPTED
    assert "Traceback" not in err
    assert kinds(tmp_path / "maskwatch-events.sqlite") == ["connecting", "live", "ended"]


def test_a_detector_that_hangs_ends_the_program_with_one_line(tmp_path: Path, hour: Path) -> None:
    program = (sys.executable, "-c", HANGS)
    with running(tmp_path, hour, program=program, environment={"MASKWATCH_WATCHDOG__SILENT_S": "1"}) as process:
        _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == STALLED == 70
    (line,) = [line for line in err.splitlines() if line.startswith("maskwatch: ")]
    assert "detecting in a frame of hour" in line
    assert "status 70" in line


def test_systemd_is_notified_of_start_watchdog_and_stop(tmp_path: Path, hour: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE_S)
        environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "600000"}
        with running(tmp_path, hour, environment=environment) as process:
            heard = [manager.recv(100).decode() for _ in range(4)]
            process.send_signal(signal.SIGTERM)
            while heard[-1] != "STOPPING=1":
                heard.append(manager.recv(100).decode())
            process.communicate(timeout=PATIENCE_S)
    assert heard[0] == "READY=1"
    assert set(heard[1:-1]) == {"WATCHDOG=1"}


def test_an_incident_leaves_events_an_image_a_clip_and_a_report(
    tmp_path: Path, unmasked: Path, maskwatch: Command
) -> None:
    (tmp_path / "watch.yaml").write_text(
        f"cameras: [{{name: door, url: {unmasked}}}]\n"
        "rules: [{name: no-mask, seconds: 0.5}]\n"
        "snapshots: {enabled: true, folder: images}\n"
        "clips: {enabled: true, folder: videos, before_s: 1, after_s: 1}\n"
        "senders: [{type: jsonl, path: events.jsonl}]\n"
    )
    with running(tmp_path, "--config", "watch.yaml", "--events", "e.sqlite") as process:
        out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, err
    assert out == ""
    assert kinds(tmp_path / "e.sqlite") == ["connecting", "live", "new", "end", "ended"]
    sent = [json.loads(line)["kind"] for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert sent == ["camera", "camera", "new", "end", "camera"]
    (image,) = (tmp_path / "images").iterdir()
    assert read_image(image).shape == (512, 512, 3)
    (video,) = (tmp_path / "videos").iterdir()
    with av.open(str(video)) as container:
        assert len(list(container.decode(video=0))) > 3

    outcome = maskwatch("report", tmp_path / "e.sqlite", "--out", tmp_path / "report.html")
    assert outcome.status == 0
    assert "no-mask" in (tmp_path / "report.html").read_text()
    values = json.loads(maskwatch("report", tmp_path / "e.sqlite", "--json").out)
    assert [one["rule"] for one in values["violations"]] == ["no-mask"]


def test_by_default_no_image_is_saved(tmp_path: Path, unmasked: Path) -> None:
    with running(tmp_path, unmasked) as process:
        process.communicate(timeout=PATIENCE_S)
    left = sorted(path.name for path in tmp_path.iterdir() if path != unmasked)
    assert left == ["maskwatch-events.sqlite", "maskwatch-events.sqlite.lock"]
