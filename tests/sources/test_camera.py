from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from contracts import source_contract
from fakes import FakeCapture
from maskwatch.errors import SourceError
from maskwatch.sources.camera import CameraInfo, CameraSource, list_cameras

BLUE = np.full((48, 64, 3), (200, 100, 0), np.uint8)  # in OpenCV's order


def _opener(capture: FakeCapture) -> Callable[[int], FakeCapture]:
    return lambda _number: capture


def test_contract() -> None:
    source_contract(lambda: CameraSource(0, _opener(FakeCapture([BLUE, BLUE // 2], repeat=True))))


def test_frames_are_rgb_with_the_time_of_reading() -> None:
    with CameraSource(2, _opener(FakeCapture([BLUE], fps=29.97002997, repeat=True))) as source:
        assert (source.name, source.live, source.total) == ("camera 2", True, None)
        assert source.rate == Fraction(30000, 1001)
        frames = list(islice(source, 3))
    assert [frame.index for frame in frames] == [0, 1, 2]
    assert frames[0].time_s == 0
    assert all(np.array_equal(frame.image, BLUE[..., ::-1]) for frame in frames)
    assert {(frame.source, frame.rate) for frame in frames} == {("camera 2", Fraction(30000, 1001))}


def test_a_grey_camera_becomes_rgb() -> None:
    grey = np.full((4, 6), 77, np.uint8)
    with CameraSource(0, _opener(FakeCapture([grey], repeat=True))) as source:
        assert np.array_equal(next(iter(source)).image, np.full((4, 6, 3), 77))


@pytest.mark.parametrize("fps", [0.0, -1.0, float("nan"), 1e9])
def test_a_rate_that_cannot_be_is_unknown(fps: float) -> None:
    with CameraSource(0, _opener(FakeCapture([BLUE], fps=fps))) as source:
        assert source.rate is None


def test_a_camera_that_is_not_there_cannot_be_opened() -> None:
    capture = FakeCapture([], present=False)
    with pytest.raises(SourceError, match="camera 7: cannot be opened"):
        CameraSource(7, _opener(capture))
    assert capture.released


def test_a_number_without_a_device_is_one_clear_line(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SourceError, match="camera 97: ") as error:
        CameraSource(97)
    assert "maskwatch doctor" in str(error.value)
    assert "\n" not in str(error.value)
    assert capfd.readouterr() == ("", "")


def test_one_missed_read_is_forgiven() -> None:
    with CameraSource(0, _opener(FakeCapture([BLUE, None, BLUE, None, None, BLUE], repeat=True))) as source:
        assert len(list(islice(source, 6))) == 6
    assert source.failures == []


@pytest.mark.parametrize(("images", "message"), [([BLUE, BLUE], "stopped sending frames"), ([], "sends no frames")])
def test_a_camera_that_stops_is_a_failure(images: list[np.ndarray | None], message: str) -> None:
    with CameraSource(1, _opener(FakeCapture(images)), patience_s=0.05) as source:
        assert len(list(source)) == len(images)
    assert [message in str(failure) for failure in source.failures] == [True]
    assert str(source.failures[0]).startswith("camera 1: ")


def test_an_empty_image_counts_as_a_missed_read() -> None:
    with CameraSource(0, _opener(FakeCapture([np.zeros((0, 0, 3), np.uint8), BLUE]))) as source:
        assert next(iter(source)).image.shape == BLUE.shape


def test_closing_releases_the_camera() -> None:
    capture = FakeCapture([BLUE], repeat=True)
    with CameraSource(0, _opener(capture)) as source:
        next(iter(source))
        assert not capture.released
    assert capture.released


def test_cameras_are_listed_without_opening_them(tmp_path: Path) -> None:
    assert list_cameras(tmp_path, platform="linux") == []
    (tmp_path / "dev").mkdir()
    for device in ("video10", "video2", "video", "videoscope", "null"):
        (tmp_path / "dev" / device).touch()
    label = tmp_path / "sys/class/video4linux/video2/name"
    label.parent.mkdir(parents=True)
    label.write_text("Integrated Webcam\n")
    found = list_cameras(tmp_path, platform="linux")
    assert found == [CameraInfo(2, "/dev/video2", "Integrated Webcam"), CameraInfo(10, "/dev/video10")]
    assert [str(camera) for camera in found] == ["2 (Integrated Webcam, /dev/video2)", "10 (/dev/video10)"]
    assert str(CameraInfo(0)) == "0"
