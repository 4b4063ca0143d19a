"""The recipes run unchanged from another folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image as pil

from clips import write_clip
from fakes import FakeCapture
from maskwatch import MaskState
from maskwatch.data import read_dataset
from maskwatch.data.pixels import labelled_pixels
from maskwatch.detections import Detections
from maskwatch.frames import Frame, Image
from maskwatch.pipeline import stream
from maskwatch.sources.base import Source
from photos import photo, save_turned
from recipe_runs import RECIPES, in_repository, run

pytestmark = in_repository


@pytest.fixture
def portrait() -> Image:
    pytest.importorskip("skimage", reason="the portrait comes with the extra: pip install 'maskwatch[demo]'")
    from maskwatch.demo import demo_images

    return demo_images()[0].image


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Screen:
    """A window whose user presses q after three images."""

    address = None

    def __init__(self) -> None:
        self.shown: list[Image] = []

    @property
    def stop_requested(self) -> bool:
        return len(self.shown) >= 3

    def show(self, image: Image) -> None:
        self.shown.append(image)

    def wait_for_key(self) -> None:
        raise AssertionError("a webcam never waits")

    def close(self) -> None:
        pass


@pytest.mark.parametrize("name", ["image.py", "video.py", "realtime.py"])
def test_a_recipe_is_short(name: str) -> None:
    assert len((RECIPES / name).read_text().splitlines()) <= 15


def test_image(elsewhere: Path, portrait: Image, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture) -> None:
    (elsewhere / "in").mkdir()
    for name in ("a.png", "b.png"):
        pil.fromarray(portrait).save(elsewhere / "in" / name)
    run("image.py", monkeypatch, "in/a.png", "in/b.png")
    lines = capfd.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [["in/a.png", "without_mask"], ["in/b.png", "without_mask"]]
    assert sorted(path.name for path in (elsewhere / "annotated").iterdir()) == ["a.png", "b.png"]


def test_video(elsewhere: Path, portrait: Image, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture) -> None:
    write_clip(elsewhere / "walk.mp4", [portrait] * 6)
    run("video.py", monkeypatch, "walk.mp4")
    assert "'without_mask': 1" in capfd.readouterr().out
    with av.open(str(elsewhere / "annotated" / "walk.mp4")) as video:
        assert len(list(video.decode(video=0))) == 6


@pytest.mark.parametrize("arguments", [(), ("haar",)])
def test_realtime(
    elsewhere: Path, portrait: Image, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    camera = FakeCapture([np.ascontiguousarray(portrait[..., ::-1])], repeat=True)
    screen = Screen()
    monkeypatch.setattr("maskwatch.sources.camera._open_with_opencv", lambda _: camera)
    monkeypatch.setattr("maskwatch.sinks.window.open_screen", lambda: screen)
    run("realtime.py", monkeypatch, *arguments)
    assert camera.released
    assert len(screen.shown) == 3
    drawn = (screen.shown[0] != portrait[:, ::-1]).any(axis=2)
    assert 0 < drawn.mean() < 0.2, "not the mirrored image with something drawn in"
    red, green, _ = np.median(screen.shown[0][drawn], axis=0)
    assert red > 2 * green, "an unmasked face without a red box"


class OneFace:
    """Finds the same clear face in every image."""

    def __call__(self, image: Image) -> Detections:
        scores = np.array([[0.1, 0.1, 0.8]], np.float32)
        return Detections(np.array([[10, 20, 40, 60]], np.float32), np.array([0.9], np.float32), scores)

    def stream(self, source: Source) -> Iterator[tuple[Frame, Detections]]:
        return stream(self, source)


def test_boxes_from_folders(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Boxes are on the face, even if the camera stored the image upside down."""
    path = save_turned(photo(0), elsewhere / "faces" / "with_mask" / "a.png", 3)
    monkeypatch.setattr("maskwatch.load_detector", lambda **_: OneFace())
    run("boxes_from_folders.py", monkeypatch, "faces", "annotations.json")
    (image,) = read_dataset("annotations.json")
    assert image.path == path
    assert image.class_id.tolist() == [MaskState.with_mask]
    assert image.xyxy.tolist() == [[10, 20, 40, 60]]
    assert image.boxes == "detector"
    assert np.array_equal(labelled_pixels(image), photo(0))
