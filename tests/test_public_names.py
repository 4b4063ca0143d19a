"""A public name that vanishes breaks somebody's program: this list may only grow."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import maskwatch

SIGNATURES = {
    "Detections": "xyxy confidence state_scores tracker_id ambiguity_margin",
    "Frame": "image index time_s source rate",
    "SourceOptions": "recursive open_capture stream",
    "Tracker": "options",
    "blur": "image faces",
    "draw": "image faces style",
    "evaluate_detector": "detector dataset options on_progress",
    "follow": "detector options",
    "load_detector": "model conf iou imgsz threads",
    "load_two_stage": "face_detector classifier conf iou threads",
    "open_source": "spec options",
    "read_dataset": "path rename problems",
    "read_image": "source name max_pixels",
    "run": "detector source sinks tracker on_frame stop",
    "train_detector": "options folder resume on_progress",
    "CocoSink": "path",
    "CsvSink": "path",
    "ImageSink": "folder render",
    "JsonlSink": "path",
    "SaveSink": "folder render",
    "VideoSink": "target render",
    "WindowSink": "mirror",
    "YoloSink": "folder",
}
"""Public functions and classes, and the parameters that programs pass by name."""
OTHERS = ["Dataset", "MaskState", "MaskWatchError", "Sink", "Source", "TrackOptions", "__version__"]


@pytest.mark.parametrize("name", [*SIGNATURES, *OTHERS])
def test_public_name_exists(name: str) -> None:
    assert name in dir(maskwatch)
    assert getattr(maskwatch, name) is not None


def test_every_public_name_is_in_this_list() -> None:
    assert {*SIGNATURES, *OTHERS} == set(maskwatch.__all__)


@pytest.mark.parametrize("name", SIGNATURES)
def test_public_parameters_stay(name: str) -> None:
    parameters = inspect.signature(getattr(maskwatch, name)).parameters
    assert set(SIGNATURES[name].split()) <= set(parameters)


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
