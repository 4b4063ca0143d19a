"""Targets that cannot be written: one line that names the target, exit status 1, no leftover files."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clips import write_clip
from commands import QUICK, Command
from maskwatch.cli import OK, SOME_FAILED
from maskwatch.frames import Image as ImageArray

OPTIONS = ("--out", "--csv", "--jsonl", "--coco", "--yolo")


def asked(option: str, place: Path) -> list[str | Path]:
    return ["--save", option, place] if option == "--out" else [option, place]


@pytest.mark.parametrize("option", OPTIONS)
def test_a_file_stands_where_the_folder_should_be(option: str, folder: Path, detect: Command) -> None:
    outcome = detect(folder, *asked(option, folder / "good.png" / "below"))
    assert outcome.status == SOME_FAILED
    assert len(outcome.error_lines) == 1, outcome.err
    assert "good.png" in outcome.err
    assert [path.name for path in folder.iterdir()] == ["good.png"]


@pytest.mark.parametrize("option", ["--csv", "--jsonl", "--coco"])
def test_a_folder_stands_where_the_file_should_be(option: str, folder: Path, detect: Command) -> None:
    outcome = detect(folder / "good.png", option, folder)
    assert outcome.status == SOME_FAILED
    assert len(outcome.error_lines) == 1, outcome.err
    assert "is a folder, not a file" in outcome.err


@pytest.mark.parametrize("option", OPTIONS)
def test_a_folder_that_may_not_be_written_to(option: str, folder: Path, read_only: Path, detect: Command) -> None:
    outcome = detect(folder, *asked(option, read_only / "below"))
    assert outcome.status == SOME_FAILED
    assert len(outcome.error_lines) == 1, outcome.err
    assert str(read_only) in outcome.err
    assert not list(read_only.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes, which Windows has not")
@pytest.mark.parametrize("options", [("--save",), ("--jsonl", "faces.jsonl"), ("--csv", "faces.csv")])
def test_no_room_left(
    options: tuple[str, ...], tmp_path: Path, portrait: ImageArray, detect: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit on file sizes simulates a disk that is full after three quarters."""
    frames = [np.roll(portrait[40:240, 100:320], shift, axis=1) for shift in range(0, 300, 3)]
    write_clip(tmp_path / "long.mp4", frames)
    monkeypatch.chdir(tmp_path)
    assert detect("long.mp4", *options).status == OK
    (whole,) = results(tmp_path)
    limit = whole.stat().st_size * 3 // 4
    whole.unlink()

    code = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); "
    code += "from maskwatch.cli import main; main()"
    command = [sys.executable, "-c", code, "detect", *QUICK, "long.mp4", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == SOME_FAILED
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "cannot be written" in done.stderr
    assert "free space there" in done.stderr
    (left,) = results(tmp_path)
    if options == ("--save",):
        assert left.name == "long.incomplete.mp4"
        assert left.name in done.stderr
        with av.open(str(left)) as kept:
            assert kept.streams.video[0].average_rate == Fraction(25)
            assert len(list(kept.decode(video=0))) >= 25
    else:
        assert left.name == options[1]
        text = left.read_text(encoding="utf-8")
        assert text.count("\n") >= 20
        assert text.endswith("\n")


def results(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path != folder / "long.mp4"]
