from __future__ import annotations

import subprocess
import sys

import pytest

WITHOUT = """
import sys
for name in {blocked}:
    sys.modules[name] = None
from maskwatch.cli import main
main()
"""


@pytest.mark.parametrize(
    ("command", "blocked", "extra"),
    [
        ("train classifier nowhere --name a", ["keras", "tensorflow"], "train"),
        ("train detector nowhere --name a", ["keras", "tensorflow"], "train"),
        ("export nowhere.keras a.onnx --data nowhere.json", ["keras", "onnx"], "train"),
        ("app", ["streamlit"], "app"),
    ],
)
def test_a_part_that_is_not_installed_is_one_line(command: str, blocked: list[str], extra: str) -> None:
    code = WITHOUT.format(blocked=blocked)
    done = subprocess.run(
        [sys.executable, "-c", code, *command.split()], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"pip install 'maskwatch[{extra}]'" in done.stderr
