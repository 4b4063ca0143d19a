"""The registry of sinks: each keeps the contract, and one more needs one entry."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image as PilImage

import summary_sink
from contracts import sink_contract
from maskwatch.errors import UsageError
from maskwatch.sinks.choice import SINKS, OutputOptions, build_sinks, notes_of
from maskwatch.sinks.draw import draw

WITH_SUMMARY = """
import sys
sys.path.insert(0, {folder!r})
from summary_sink import SUMMARY
from maskwatch.sinks.choice import SINKS
SINKS["summary"] = SUMMARY
from maskwatch.cli import main
main()
"""


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more sink, from outside the package, during one test."""
    monkeypatch.setitem(SINKS, "summary", summary_sink.SUMMARY)


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize("name", [*SINKS, "summary"])
def test_every_sink_of_the_registry_keeps_the_contract(name: str, tmp_path: Path) -> None:
    sink_contract(lambda folder: SINKS[name].build(str(folder / "faces"), draw), tmp_path)


@pytest.mark.usefixtures("registered")
def test_a_sink_is_chosen_by_the_name_of_its_option(tmp_path: Path) -> None:
    sinks, window = build_sinks(OutputOptions(targets={"csv": "", "summary": str(tmp_path / "a")}), live=False)
    assert window is None
    with sinks[0]:
        pass
    assert notes_of(sinks) == [f"summary in {tmp_path / 'a'}"]


@pytest.mark.usefixtures("registered")
def test_only_tables_can_write_to_standard_output() -> None:
    assert OutputOptions(targets={"csv": "-", "summary": "a"}).uses_standard_output
    with pytest.raises(UsageError, match=r"--summary cannot write to standard output \(-\); give it a file"):
        OutputOptions(targets={"summary": "-"})


def test_a_sink_from_outside_the_package_has_an_option_of_the_command_line(tmp_path: Path) -> None:
    PilImage.new("RGB", (64, 48), "grey").save(tmp_path / "wall.png")
    code = WITH_SUMMARY.format(folder=str(Path(summary_sink.__file__).parent))
    command = [sys.executable, "-c", code, "detect"]
    described = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True).stdout
    assert "--summary FILE" in described
    assert "Write a summary." in described
    options = ["wall.png", "--imgsz", "64", "--summary", "summary.txt"]
    done = subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "maskwatch: summary in summary.txt\n")
    assert (tmp_path / "summary.txt").read_text() == "wall.png 0\n"
