from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from contracts import sink_contract
from maskwatch.detections import Detections
from maskwatch.frames import Frame, Image
from maskwatch.sinks.draw import draw
from maskwatch.sinks.tk_window import TkWindow
from maskwatch.sinks.window import WindowSink, mirror

FACE = Detections(np.array([[10, 60, 50, 110]], np.float32), np.ones(1, np.float32), np.eye(3, dtype=np.float32)[:1])


class Recorder:
    """A screen that keeps what it is shown."""

    address = None

    def __init__(self) -> None:
        self.stop_requested = False
        self.shown: list[Image] = []
        self.waits = 0
        self.closed = False

    def show(self, image: Image) -> None:
        self.shown.append(image)

    def wait_for_key(self) -> None:
        self.waits += 1

    def close(self) -> None:
        self.closed = True


def photo() -> Image:
    return np.random.default_rng(0).integers(0, 256, (150, 200, 3), np.uint8)


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux can be told that there is no display")
    monkeypatch.delenv("DISPLAY", raising=False)


@pytest.fixture(scope="module")
def virtual_display() -> Iterator[str]:
    if shutil.which("Xvfb") is None:
        pytest.skip("needs Xvfb, a display without a screen")
    pytest.importorskip("tkinter", reason="this Python has no Tk")
    read, write = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "800x600x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(write)
        with os.fdopen(read) as answer:
            number = answer.readline().strip()
        if not number:
            pytest.skip("Xvfb does not start here")
        yield f":{number}"
        server.terminate()


@pytest.fixture
def window(virtual_display: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[TkWindow]:
    monkeypatch.setenv("DISPLAY", virtual_display)
    window = TkWindow.open()
    assert window is not None
    yield window
    window.close()


def run_keys(display: str, key: str) -> list[str]:
    """What a window of a program of its own says when ``key`` is pressed while it waits (Tk dislikes many of them)."""
    code = """
import sys
import numpy as np
from maskwatch.sinks.tk_window import TkWindow
window = TkWindow.open()
window.show(np.zeros((50, 60, 3), np.uint8))
print(window.stop_requested)
def press():
    window._root.focus_force()
    window._root.update()
    window._root.event_generate(f"<KeyPress-{sys.argv[1]}>")
window._root.after(50, press)
window.wait_for_key()
print(window.stop_requested)
window.close()
"""
    environment = os.environ | {"DISPLAY": display}
    command = [sys.executable, "-c", code, key]
    return subprocess.run(
        command, capture_output=True, text=True, check=True, env=environment, timeout=60
    ).stdout.split()


def test_mirroring_swaps_image_and_boxes():
    image = photo()
    flipped, faces = mirror(image, FACE)
    assert np.array_equal(flipped, np.fliplr(image))
    assert faces.xyxy.tolist() == [[150, 60, 190, 110]]
    assert faces.xyxy.dtype == np.float32
    assert FACE.xyxy.tolist() == [[10, 60, 50, 110]]
    back, again = mirror(flipped, faces)
    assert np.array_equal(back, image)
    assert np.array_equal(again.xyxy, FACE.xyxy)
    assert len(mirror(image, Detections.empty())[1]) == 0


def test_a_mirrored_window_shows_readable_labels():
    screen, image = Recorder(), photo()
    with WindowSink(mirror=True, screen=screen) as sink:
        sink.write(Frame(image, 0, 0.0, "0"), FACE)
    assert np.array_equal(screen.shown[0], draw(*mirror(image, FACE)))
    assert not np.array_equal(screen.shown[0], np.fliplr(draw(image, FACE)))
    assert screen.closed


def test_images_wait_for_a_key_where_wanted():
    screen = Recorder()
    with WindowSink(hold=True, screen=screen) as sink:
        sink.write(Frame(photo(), 0, None, "a.jpg"), FACE)
        sink.write(Frame(photo(), 0, 0.0, "a.mp4"), FACE)
        assert screen.waits == 1
        screen.stop_requested = True
        sink.write(Frame(photo(), 0, None, "b.jpg"), FACE)
    assert screen.waits == 1
    assert sink.stop_requested, "known after the block, too"


def test_without_a_display_there_is_a_page(no_display: None, tmp_path: Path):
    assert TkWindow.open() is None
    sink_contract(lambda _: WindowSink(), tmp_path, writes_files=False)
    with WindowSink() as sink:
        assert sink.address is not None
        assert sink.address.startswith("http://127.0.0.1:")
        assert not sink.stop_requested


def test_a_display_that_does_not_answer_is_none(monkeypatch: pytest.MonkeyPatch):
    if not sys.platform.startswith("linux"):
        pytest.skip("displays have numbers on Linux only")
    monkeypatch.setenv("DISPLAY", ":4711")
    assert TkWindow.open() is None


def test_contract_in_a_real_window(virtual_display: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("DISPLAY", virtual_display)
    sink_contract(lambda _: WindowSink(mirror=True), tmp_path, writes_files=False)
    with WindowSink() as sink:
        assert sink.address is None


def test_the_window_shows_the_image(window: TkWindow, virtual_display: str):
    image = np.zeros((120, 160, 3), np.uint8)
    image[:60], image[60:, 80:] = (200, 16, 46), (0, 170, 140)
    window.show(image)
    photo = window._photo
    assert (photo.width(), photo.height()) == (160, 120)
    seen = [photo._PhotoImage__photo.get(x, y) for x, y in ((5, 5), (150, 110), (5, 110))]
    assert seen == [(200, 16, 46), (0, 170, 140), (0, 0, 0)]


def test_a_image_larger_than_the_screen_is_scaled_down(window: TkWindow):
    window.show(np.zeros((3000, 4000, 3), np.uint8))
    assert (window._photo.width(), window._photo.height()) == (720, 540)
    window.show(np.zeros((1, 4000, 3), np.uint8))
    assert (window._photo.width(), window._photo.height()) == (720, 1)


@pytest.mark.parametrize("key", ["q", "Q", "Escape"])
def test_q_stops(virtual_display: str, key: str):
    assert run_keys(virtual_display, key) == ["False", "True"]


def test_any_other_key_goes_on(virtual_display: str):
    assert run_keys(virtual_display, "space") == ["False", "False"]


def test_closing_the_window_stops(window: TkWindow):
    window.show(photo())
    window._root.tk.call(*window._root.tk.splitlist(window._root.protocol("WM_DELETE_WINDOW")))
    assert window.stop_requested
    window.show(photo())


def test_a_window_that_was_taken_away_stops(virtual_display: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DISPLAY", virtual_display)
    window = TkWindow.open()
    assert window is not None
    window._root.destroy()
    window.show(photo())
    assert window.stop_requested
    window.wait_for_key()
    window.close()
