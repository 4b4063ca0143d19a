"""A public name that vanishes breaks somebody's program: this list may only grow."""

from __future__ import annotations

import subprocess
import sys

import pytest

import maskwatch


@pytest.mark.parametrize(
    "name", ["Detections", "Frame", "MaskState", "load_detector", "load_two_stage", "open_source", "__version__"]
)
def test_public_name_exists(name: str) -> None:
    assert name in dir(maskwatch)
    assert getattr(maskwatch, name) is not None


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        maskwatch.no_such_name  # noqa: B018


def test_import_loads_nothing_heavy() -> None:
    heavy = "cv2 onnxruntime keras tensorflow av PIL matplotlib numpy typer"
    code = f"import sys, maskwatch; print(*(m for m in '{heavy}'.split() if m in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert loaded == []


def test_help_loads_nothing_heavy() -> None:
    heavy = "cv2 onnxruntime keras tensorflow av PIL matplotlib numpy"
    code = (
        "import sys\nfrom maskwatch.cli.app import app\n"
        "try: app(['detect', '--help'])\nexcept SystemExit: pass\n"
        f"print('LOADED', *(m for m in '{heavy}'.split() if m in sys.modules))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "Usage" in out
    assert out.splitlines()[-1].split() == ["LOADED"]
