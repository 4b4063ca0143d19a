"""Ctrl-C in the middle of a long video: exit status 130, one line, and the results so far are kept."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import av
import pytest

from clips import grey_steps, write_clip
from commands import PROGRAM, records
from maskwatch.cli import INTERRUPTED
from waiting import wait_for

ENOUGH = 60
TOO_LONG_S = 60


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send Ctrl-C to one process alone")
def test_what_was_done_is_kept_and_plays(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_text("no image")
    write_clip(tmp_path / "long.mp4", grey_steps(4000))
    command = [*PROGRAM, "detect", "broken.jpg", "long.mp4", "--threads", "1", "--save", "--out", "out"]
    tables = ["--jsonl", "faces.jsonl", "--csv", "faces.csv", "--coco", "faces.json"]
    with subprocess.Popen(
        [*command, *tables], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        wait_for_lines(tmp_path / "faces.jsonl", process)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=TOO_LONG_S)
    assert process.returncode == INTERRUPTED
    first, second = errors.splitlines()
    assert first.startswith("maskwatch: broken.jpg: not a whole image")
    assert second == "maskwatch: interrupted; the results so far are kept"

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["broken.jpg", "long.mp4", "out", "faces.csv", "faces.json", "faces.jsonl"]
    )
    (kept,) = (tmp_path / "out").iterdir()
    assert kept.name == "long.incomplete.mp4"
    done = len(records(tmp_path / "faces.jsonl"))
    with av.open(str(kept)) as container:
        frames = len(list(container.decode(video=0)))
    assert ENOUGH <= frames < 4000
    assert abs(frames - done) <= 1


def wait_for_lines(path: Path, process: subprocess.Popen[str]) -> None:
    """Until enough frames are done; the lines can be read while the command still runs."""
    wait_for(lambda: path.exists() and path.read_bytes().count(b"\n") >= ENOUGH, process=process)
