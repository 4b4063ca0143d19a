"""The pages of a watch over real HTTP: preview of several cameras, and drawing a zone."""

from __future__ import annotations

import http.client
import io
import json
import re
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit
from urllib.request import urlopen

import numpy as np
import pytest

from frame_results import frame_result, grain, people
from maskwatch.detections import MaskState
from maskwatch.errors import SinkError
from maskwatch.images import read_image
from maskwatch.sinks.draw import draw
from maskwatch.watch.cameras.state import CameraState
from maskwatch.watch.health.stats import CameraStats
from maskwatch.watch.pages.draw_zone import ZonePage, zone_lines
from maskwatch.watch.pages.grid import arrange, columns
from maskwatch.watch.pages.preview import Preview
from maskwatch.watch.settings import CameraSettings, ZoneSettings, load_settings

FACE = (20, 20, 60, 70)


def ask(address: str, name: str = "", body: str | None = None) -> tuple[int, str]:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=20)
    connection.request("GET" if body is None else "POST", parts.path + name, body)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def check_policy(address: str) -> None:
    """Only the style and the script of the page may run, by a nonce that differs each time."""
    nonces = set()
    for _ in range(2):
        with urlopen(address, timeout=20) as answer:
            page, policy = answer.read().decode(), answer.headers["Content-Security-Policy"]
        (nonce,) = set(re.findall(r"'nonce-([^']+)'", policy))
        assert re.findall(r"<(?:style|script)[^>]*>", page) == [f'<style nonce="{nonce}">', f'<script nonce="{nonce}">']
        assert policy.startswith("default-src 'none'; ")
        assert "{{" not in page
        nonces.add(nonce)
    assert len(nonces) == 2


def first_image(address: str) -> np.ndarray:
    """The first image of the stream."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=20)
    connection.request("GET", parts.path + "stream")
    answer = connection.getresponse()
    while not (line := answer.fp.readline()).startswith(b"Content-Length"):
        pass
    answer.fp.readline()
    image = answer.fp.read(int(line.split(b":")[1]))
    connection.close()
    return read_image(io.BytesIO(image).getvalue())


@pytest.fixture
def stop() -> threading.Event:
    return threading.Event()


@pytest.fixture
def preview(stop: threading.Event) -> Iterator[Preview]:
    stats = [CameraStats("door", CameraState.live, processed=7), CameraStats("ward", CameraState.retrying, "off")]
    page = Preview(["door", "ward"], lambda: stats, stop, blur=True)
    yield page
    page.close()


def test_the_page_shows_statistics_of_every_camera(preview: Preview) -> None:
    status, text = ask(preview.address)
    assert status == 200
    assert "MaskWatch" in text
    stats = json.loads(ask(preview.address, "stats")[1])
    assert stats["columns"] == 2
    assert [(camera["camera"], camera["state"], camera["processed"]) for camera in stats["cameras"]] == [
        ("door", "live", 7),
        ("ward", "retrying", 0),
    ]
    assert ask(preview.address, "nothing")[0] == 404


def test_the_preview_runs_only_its_own_script(preview: Preview) -> None:
    check_policy(preview.address)
    assert ".without_mask { background: rgb(200, 16, 46); color: rgb(255, 255, 255); }" in ask(preview.address)[1]


def test_images_are_side_by_side_with_blurred_faces(preview: Preview) -> None:
    image = grain()
    preview.on_frame(frame_result(image, people((1, FACE, MaskState.without_mask)), camera="door"))
    shown = first_image(preview.address)
    assert shown.shape == (450, 1600, 3)
    assert shown[:, 820:].max() < 30
    detail = np.abs(np.diff(shown[:, :800].astype(float), axis=1))
    face, wall = detail[140:230, 120:200].mean(), detail[140:230, 500:580].mean()
    assert face < wall / 2


def test_a_camera_that_is_lost_shows_nothing(preview: Preview) -> None:
    preview.on_frame(frame_result(grain(), people(), camera="door"))
    preview.on_camera_lost("door")
    assert first_image(preview.address).max() < 30


def test_nothing_is_drawn_without_a_browser(preview: Preview) -> None:
    drawn = []
    preview._render = lambda image, _: (drawn.append(1), image)[1]
    preview.on_frame(frame_result(grain(), people(), camera="door"))
    time.sleep(0.4)
    assert drawn == []
    first_image(preview.address)
    assert drawn


def test_the_button_stops_the_watch(preview: Preview, stop: threading.Event) -> None:
    assert ask(preview.address, "elsewhere", "")[0] == 404
    assert not stop.is_set()
    assert ask(preview.address, "stop", "")[0] == 204
    assert stop.is_set()


def test_a_port_in_use_is_an_error(preview: Preview, stop: threading.Event) -> None:
    port = urlsplit(preview.address).port
    assert port is not None
    with pytest.raises(SinkError, match=f"127.0.0.1:{port}"):
        Preview(["a"], list, stop, port=port)


@pytest.mark.parametrize(("cameras", "across"), [(1, 1), (2, 2), (4, 2), (5, 3), (9, 3), (10, 4)])
def test_the_grid_is_nearly_square(cameras: int, across: int) -> None:
    assert columns(cameras) == across
    image = arrange([(grain(), people())] * cameras, draw)
    assert image.shape[1] <= 1600


def test_one_camera_keeps_its_aspect_ratio() -> None:
    assert arrange([(np.zeros((720, 405, 3), np.uint8), people())], draw).shape == (720, 405, 3)
    assert arrange([None], draw).shape == (900, 1600, 3)


@pytest.fixture
def camera() -> CameraSettings:
    old = ZoneSettings(name="old", polygon=((0, 0), (1, 0), (1, 1)))
    return CameraSettings(name="door", url="0", zones=[old])


def test_a_drawn_zone_becomes_settings(camera: CameraSettings, stop: threading.Event, tmp_path) -> None:
    page = ZonePage(camera, grain())
    try:
        assert json.loads(ask(page.address, "camera")[1])["zones"][0]["name"] == "old"
        assert first_image(page.address).shape == (100, 200, 3)
        corners = [[0.1, 0.2], [0.9, 0.25], [0.5, 0.75]]
        assert ask(page.address, "zone", json.dumps({"name": "desk", "polygon": corners}))[0] == 204
        assert ask(page.address, "problem") == (200, "")
        zone = page.wait(stop)
    finally:
        page.close()
    assert zone is not None
    lines = zone_lines(camera, zone).replace("  - name: door", "  - name: door\n    url: '0'")
    (tmp_path / "watch.yaml").write_text(lines)
    (read,) = load_settings(tmp_path / "watch.yaml").cameras
    assert read.zones == [zone]
    assert [list(corner) for corner in zone.polygon] == corners


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ('{"name": "a b", "polygon": [[0, 0], [1, 0], [1, 1]]}', "a name has"),
        ('{"name": "a", "polygon": [[0, 0], [1, 0]]}', "three different corners"),
        ('{"name": "a", "polygon": [[0, 0], [2, 0], [1, 1]]}', "less than or equal to 1"),
        ("nonsense", "JSON"),
    ],
)
def test_an_invalid_zone_is_explained_on_the_page(camera: CameraSettings, body: str, problem: str) -> None:
    page = ZonePage(camera, grain())
    try:
        assert ask(page.address, "zone", body)[0] == 204
        assert problem in ask(page.address, "problem")[1]
        stop = threading.Event()
        stop.set()
        assert page.wait(stop) is None
    finally:
        page.close()


def test_the_zone_page_runs_only_its_own_script(camera: CameraSettings) -> None:
    page = ZonePage(camera, grain())
    try:
        check_policy(page.address)
    finally:
        page.close()


def test_a_large_request_is_refused(camera: CameraSettings) -> None:
    page = ZonePage(camera, grain())
    try:
        assert ask(page.address, "zone", " " * 70_000)[0] == 413
    finally:
        page.close()
