"""Bad input of ``maskwatch watch``: one clear line, an exit status, no traceback."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import pytest

from clips import Clip, grey_steps, write_clip
from commands import Command
from maskwatch.cli import OK, SOME_FAILED, WRONG_USAGE
from maskwatch.watch.store import EventStore

QUICK = ("--imgsz", "256", "--threads", "1")


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Four short frames without people."""
    return write_clip(tmp_path / "four.mp4", grey_steps(4), Clip(rate=Fraction(10)))


@pytest.fixture
def watch(maskwatch: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs ``maskwatch watch`` in its own folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: maskwatch("watch", *QUICK, *arguments)


@contextmanager
def silent_server() -> Iterator[int]:
    """A port that accepts connections and stays silent."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_nothing_to_watch(watch: Command) -> None:
    outcome = watch()
    assert outcome.status == WRONG_USAGE
    (line,) = outcome.error_lines
    assert "name a SOURCE" in line


def test_an_unknown_setting_is_named_with_the_nearest(watch: Command, tmp_path: Path) -> None:
    (tmp_path / "watch.yaml").write_text("cameras: [{name: a, url: '0', zonse: []}]\n")
    outcome = watch("--config", "watch.yaml")
    assert outcome.status == WRONG_USAGE
    (line,) = outcome.error_lines
    assert "zonse" in line
    assert "zones" in line.replace("zonse", "")


def test_an_unknown_model(watch: Command, clip: Path, tmp_path: Path) -> None:
    outcome = watch(clip, "--model", "nothing")
    assert outcome.status == SOME_FAILED
    (line,) = outcome.error_lines
    assert "no such model" in line
    assert not list(tmp_path.glob("*.sqlite"))


def test_a_second_watch_on_the_same_events(watch: Command, clip: Path, tmp_path: Path) -> None:
    store = EventStore(tmp_path / "e.sqlite")
    outcome = watch(clip, "--events", "e.sqlite")
    store.close()
    assert outcome.status == WRONG_USAGE
    (line,) = outcome.error_lines
    assert "another watch" in line
    assert watch(clip, "--events", "e.sqlite").status == OK


def test_events_that_cannot_be_written(watch: Command, clip: Path, read_only: Path) -> None:
    outcome = watch(clip, "--events", read_only / "e.sqlite")
    assert outcome.status == SOME_FAILED
    (line,) = outcome.error_lines
    assert "e.sqlite" in line


def test_a_metrics_port_in_use(watch: Command, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("prometheus_client", reason="metrics need the extra: pip install 'maskwatch[watch]'")
    with silent_server() as port:
        monkeypatch.setenv("MASKWATCH_METRICS__PORT", str(port))
        outcome = watch(clip, "--metrics")
    assert outcome.status == SOME_FAILED
    (line,) = outcome.error_lines
    assert "choose another port" in line


def test_check_reports_what_works_and_what_does_not(watch: Command, clip: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    (tmp_path / "watch.yaml").write_text(
        f"cameras:\n  - {{name: good, url: {clip}}}\n"
        f"  - {{name: bad, url: 'rtsp://admin:s3cret@127.0.0.1:{port}/x', open_timeout_s: 1, read_timeout_s: 1}}\n"
        "senders: [{type: jsonl, path: events.jsonl}]\n"
    )
    outcome = watch("--config", "watch.yaml", "--check")
    assert outcome.status == SOME_FAILED
    lines = outcome.out.splitlines()
    assert any(line.startswith("Rule no-mask: ") for line in lines)
    (good,) = [line for line in lines if line.startswith("ok   Camera good")]
    assert "64 x 48 pixels" in good
    assert "faces: none" in good
    (bad,) = [line for line in lines if line.startswith("BAD  Camera bad")]
    assert "refused" in bad
    assert any(line.startswith("ok   Sender jsonl") for line in lines)
    assert "s3cret" not in outcome.out + outcome.err
    assert not list(tmp_path.glob("*.sqlite*"))


def test_check_as_json(watch: Command, clip: Path) -> None:
    outcome = watch(clip, "--check", "--json")
    assert outcome.status == OK
    values = json.loads(outcome.out)
    assert [one["well"] for one in values["found"]] == [True]
    assert values["settings"][0].startswith("Camera four")


def test_check_detects_a_silent_server_within_its_timeouts(watch: Command, tmp_path: Path) -> None:
    with silent_server() as port:
        (tmp_path / "watch.yaml").write_text(
            f"cameras: [{{name: a, url: 'http://127.0.0.1:{port}/', open_timeout_s: 0.5, read_timeout_s: 0.5}}]\n"
        )
        outcome = watch("--config", "watch.yaml", "--check")
    assert outcome.status == SOME_FAILED
    assert any(line.startswith("BAD  Camera a: no frame") for line in outcome.out.splitlines())


def test_a_zone_of_an_unknown_camera(watch: Command, clip: Path) -> None:
    outcome = watch(clip, "--draw-zone", "elsewhere")
    assert outcome.status == WRONG_USAGE
    (line,) = outcome.error_lines
    assert line.endswith("no such camera; known: four")


def test_a_zone_of_a_camera_that_is_off(watch: Command, tmp_path: Path) -> None:
    outcome = watch(tmp_path / "missing.mp4", "--draw-zone", "missing")
    assert outcome.status == SOME_FAILED
    (line,) = outcome.error_lines
    assert "missing.mp4" in line


def test_a_report_without_a_history(maskwatch: Command, tmp_path: Path) -> None:
    outcome = maskwatch("report", tmp_path / "none.sqlite", "--out", tmp_path / "r.html")
    assert outcome.status == WRONG_USAGE
    (line,) = outcome.error_lines
    assert "no such file" in line
    assert not (tmp_path / "r.html").exists()
