"""Wrong usage: exit status 2, one line that says what to do, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

import maskwatch as package
from commands import PROGRAM, Command, Outcome
from maskwatch.cli import OK, SOME_FAILED, WRONG_USAGE

VERBS = ("detect", "demo", "models", "doctor", "train", "train detector", "evaluate", "evaluate detector", "data")


def assert_refused(outcome: Outcome, folder: Path) -> None:
    """Wrong usage, reported in one line; nothing was written into the folder of one image."""
    assert outcome.status == WRONG_USAGE
    assert len(outcome.error_lines) == 1, outcome.err
    assert [path.name for path in folder.iterdir()] == ["good.png"]


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_help(verb: str, maskwatch: Command) -> None:
    outcome = maskwatch(*verb.split(), "--help")
    assert outcome.status == OK
    assert outcome.out.startswith(f"Usage: maskwatch {verb}".rstrip())
    assert outcome.err == ""


def test_version(maskwatch: Command) -> None:
    assert maskwatch("--version").out == f"maskwatch {package.__version__}\n"


def test_the_package_can_be_run_as_a_module() -> None:
    """For people whose PATH lacks the program."""
    import subprocess

    done = subprocess.run([*PROGRAM, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"maskwatch {package.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["detect"], "Missing argument"),
        (["detect", "a.jpg", "--nonsense"], "No such option: --nonsense"),
        (["detect", "a.jpg", "--conf", "high"], "--conf"),
        (["nonsense"], "No such command"),
        (["train", "detector"], "Missing argument"),
    ],
)
def test_what_the_command_line_does_not_know(arguments: list[str], message: str, maskwatch: Command) -> None:
    outcome = maskwatch(*arguments)
    assert outcome.status == WRONG_USAGE
    assert message in outcome.err
    assert "--help" in outcome.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--conf", "3"], "--conf 3.0 is out of range; take a value from 0 to 1"),
        (["--iou", "-1"], "--iou -1.0 is out of range"),
        (["--imgsz", "5"], "--imgsz 5 is out of range; take 64 to 4096 pixels"),
        (["--threads", "0"], "--threads 0 is out of range; take at least 1"),
        (["--csv", "-", "--jsonl", "-"], "only one of --csv, --jsonl, --coco can write to standard output"),
        (["--jsonl", "-", "--json"], "--json and a table cannot both use standard output"),
        (["--yolo", "-"], "give it a folder"),
    ],
)
def test_values_out_of_range_and_options_that_do_not_fit(
    options: list[str], message: str, folder: Path, maskwatch: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    outcome = maskwatch("detect", "good.png", "--save", *options)
    assert_refused(outcome, folder)
    assert outcome.err.startswith("maskwatch: ")
    assert message in outcome.err
    assert outcome.out == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["detect", "--out", "out"], "--out out: no image is saved; add --save"),
        (["detect", "--blur", "--csv", "a.csv"], "--blur: no image is saved or shown; add --save or --show"),
        (["detect", "--save", "--mirror"], "--mirror and --no-mirror need --show; add it, or leave them out"),
        (["detect", "--no-mirror"], "--mirror and --no-mirror need --show"),
        (["watch", "--blur"], "--blur is for the preview page; add --preview"),
        (["watch", "--blur", "--clips", "--check"], "--blur is for the preview page"),
    ],
)
def test_options_that_would_change_nothing(
    arguments: list[str], message: str, folder: Path, maskwatch: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    outcome = maskwatch(*arguments, "good.png")
    assert_refused(outcome, folder)
    assert outcome.err.startswith(f"maskwatch: {message}")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["detect", ""], "an argument is empty; give a value (. is the current folder), or leave it out"),
        (["detect", "rtsp://me:opensesame@10.0.0.5/", ""], "an argument is empty"),
        (["detect", "good.png", "--save", "--out", ""], "the argument after --out is empty"),
        (["detect", "good.png", "--csv="], "--csv is empty"),
        (["evaluate", "detector", "small", ""], "an argument is empty"),
        (["data", "audit", ""], "an argument is empty"),
        (["app", "--events", ""], "the argument after --events is empty"),
        (["watch", ""], "an argument is empty"),
    ],
)
def test_an_empty_argument_is_not_the_current_folder(
    arguments: list[str], message: str, folder: Path, maskwatch: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    outcome = maskwatch(*arguments)
    assert_refused(outcome, folder)
    assert outcome.err.startswith(f"maskwatch: {message}")
    assert "opensesame" not in outcome.err


def test_a_page_of_the_settings_file_can_be_blurred(
    maskwatch: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "watch.yaml").write_text("cameras: [{name: a, url: a.mp4}]\npreview: {enabled: true}\n")
    outcome = maskwatch("watch", "--config", "watch.yaml", "--blur", "--draw-zone", "b")
    assert "no such camera" in outcome.err


@pytest.mark.parametrize("model", ["nobody", "good.png", "."])
def test_a_model_that_is_none(model: str, folder: Path, maskwatch: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    for arguments in (["detect", "good.png", "--model", model], ["models", "show", model]):
        outcome = maskwatch(*arguments)
        assert outcome.status == SOME_FAILED
        assert len(outcome.error_lines) == 1, outcome.err
        assert outcome.err.startswith(f"maskwatch: {model}: ")


def test_models_are_listed_with_their_cards(maskwatch: Command) -> None:
    assert maskwatch("models").out.startswith("small  ")
    assert "thresholds  confidence" in maskwatch("models", "show", "small").out


def test_the_reader_of_a_pipe_may_go_away(folder: Path) -> None:
    """As in ``maskwatch ... | head -1``: no traceback."""
    import subprocess

    command = [*PROGRAM, "detect", *[str(folder / "good.png")] * 30, "--imgsz", "64", "--jsonl", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("{")
        process.stdout.close()
        assert process.stderr.read() == ""
