from __future__ import annotations

import http.client
import io
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import numpy as np
import pytest

from maskwatch.images import read_image
from maskwatch.sinks.preview_page import PreviewPage


@pytest.fixture
def page() -> Iterator[PreviewPage]:
    page = PreviewPage()
    yield page
    page.close()


def grey(level: int, size: tuple[int, int] = (48, 64)) -> np.ndarray:
    return np.full((*size, 3), level, np.uint8)


def ask(page: PreviewPage, name: str = "", method: str = "GET", host: str | None = None, secret: str | None = None):
    parts = urlsplit(page.address)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=20)
    path = parts.path if secret is None else f"/{secret}/"
    connection.request(method, path + name, headers={"Host": host or parts.netloc})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


class Viewer:
    """A browser that reads the stream."""

    def __init__(self, page: PreviewPage) -> None:
        parts = urlsplit(page.address)
        self.socket = socket.create_connection(("127.0.0.1", parts.port), timeout=20)
        self.socket.sendall(f"GET {parts.path}stream HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
        self.file: io.BufferedReader = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self._headers()

    def image(self) -> np.ndarray:
        """The next image of the stream."""
        assert self.file.readline() == b"--frame\r\n"
        data = self.file.read(int(self._headers()["content-length"]))
        assert self.file.readline() == b"\r\n"
        return read_image(data)

    def until(self, level: int) -> np.ndarray:
        """Read on to the image of this grey."""
        while abs(int((image := self.image()).mean()) - level) > 2:
            pass
        return image

    def _headers(self) -> dict[str, str]:
        lines = iter(lambda: self.file.readline().decode().strip(), "")
        return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}

    def close(self) -> None:
        self.file.close()
        self.socket.close()


def test_the_page_is_there(page: PreviewPage):
    response, body = ask(page)
    assert response.status == 200
    assert b'<img src="stream"' in body
    nonce = response.headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]
    assert f'<script nonce="{nonce}">'.encode() in body
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert page.address.startswith("http://127.0.0.1:")


def test_the_newest_image_comes_to_every_viewer(page: PreviewPage):
    page.show(grey(50))
    first = Viewer(page)
    assert first.until(50).shape == (48, 64, 3)
    second = Viewer(page)
    second.until(50)
    page.show(grey(200))
    first.until(200)
    second.until(200)
    first.close()
    page.show(grey(100))
    second.until(100)
    second.close()


def test_a_viewer_that_comes_before_the_first_image_waits_for_it(page: PreviewPage):
    viewer = Viewer(page)
    page.show(grey(70))
    viewer.until(70)
    viewer.close()


def test_a_large_image_is_scaled_down_for_the_page(page: PreviewPage):
    page.show(grey(90, (1500, 3200)))
    viewer = Viewer(page)
    assert viewer.image().shape == (750, 1600, 3)
    viewer.close()


def test_a_viewer_that_reads_nothing_stops_nobody(page: PreviewPage):
    rng = np.random.default_rng(0)
    asleep, awake = Viewer(page), Viewer(page)
    for _ in range(60):
        page.show(rng.integers(0, 256, (480, 640, 3), np.uint8))
        awake.image()
    page.show(grey(33))
    awake.until(33)
    awake.close()
    asleep.close()


@pytest.mark.parametrize("name", ["", "stream", "state", "stop"])
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil:1", "[::1", ""]
)
def test_other_host_names_are_refused(page: PreviewPage, name: str, host: str):
    response, body = ask(page, name, "POST" if name == "stop" else "GET", host or " ")
    assert response.status == 403
    assert body == b""
    assert not page.stop_requested


@pytest.mark.parametrize("host", ["localhost", "localhost:9000", "127.0.0.1:8000", "[::1]:8000"])
def test_a_forwarded_port_may_have_another_number(page: PreviewPage, host: str):
    assert ask(page, host=host)[0].status == 200


def test_without_the_secret_there_is_nothing_to_see(page: PreviewPage):
    for secret in ("x" * 16, "", page.secret[:-1], page.secret + "%C3%A4"):
        for name in ("", "stream", "state"):
            assert ask(page, name, secret=secret)[0].status == 404
        assert ask(page, "stop", "POST", secret=secret)[0].status == 404
    assert not page.stop_requested


def test_stop_and_next(page: PreviewPage):
    assert ask(page, "stop")[0].status == 404, "looking at it is not pressing it"
    assert not page.stop_requested
    assert ask(page, "state")[1] == b"running"
    waiting = threading.Thread(target=page.wait_for_key)
    waiting.start()
    while ask(page, "state")[1] != b"waiting":
        pass
    while waiting.is_alive():
        assert ask(page, "next", "POST")[0].status == 204
    assert ask(page, "state")[1] == b"running"
    assert ask(page, "stop", "POST")[0].status == 204
    assert page.stop_requested
    page.wait_for_key()
    assert ask(page, "nothing", "POST")[0].status == 404


def test_too_many_streams_are_refused_and_places_become_free_again(page: PreviewPage):
    page.show(grey(5))
    viewers = [Viewer(page) for _ in range(8)]
    assert ask(page, "stream")[0].status == 503
    assert ask(page)[0].status == 200
    viewers.pop().close()
    page.show(grey(9))
    while (again := Viewer(page)).status == 503:
        again.close()
        page.show(grey(9))
    again.until(9)
    for viewer in [*viewers, again]:
        viewer.close()


def test_closing_ends_streams_threads_and_port():
    before = set(threading.enumerate())
    page = PreviewPage()
    page.show(grey(1))
    watching, asleep, silent = (
        Viewer(page),
        Viewer(page),
        socket.create_connection(("127.0.0.1", urlsplit(page.address).port)),
    )
    watching.image()
    page.close()
    assert set(threading.enumerate()) <= before
    while watching.file.read(4096):
        pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlsplit(page.address).port))
    for closing in (watching, asleep, silent):
        closing.close()
