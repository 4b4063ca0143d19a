"""A small HTTP server of images and streams on loopback."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as pil

BOUNDARY = "frame"


def jpeg(level: int, size: tuple[int, int] = (64, 48)) -> bytes:
    """A grey JPEG of ``size`` (width, height)."""
    buffer = BytesIO()
    pil.new("RGB", size, (level, level, level)).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def noisy_jpeg(seed: int, size: tuple[int, int] = (64, 48)) -> bytes:
    """A JPEG with so much detail that most of its bytes matter."""
    pixels: NDArray[np.uint8] = np.random.default_rng(seed).integers(0, 255, (size[1], size[0], 3), np.uint8)
    buffer = BytesIO()
    pil.fromarray(pixels).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def part(image: bytes) -> bytes:
    """One image as part of an MJPEG stream."""
    head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(image)}\r\n\r\n"
    return head.encode() + image + b"\r\n"


class ImageServer(ThreadingHTTPServer):
    """HTTP on a free port of 127.0.0.1.

    - ``/mjpeg``: ``images`` in a loop, one every ``pause_s`` seconds, until ``hold`` or ``cut`` is set;
    - ``/silent``: accepts the request and does not answer;
    - ``/login``: requires ``login`` (``user:password``), then like ``/mjpeg``;
    - ``/to?ADDRESS``: redirects;
    - everything else: the files of ``folder``.

    Attributes:
        asked: paths of all requests.
        hold: while set, streams stall.
        cut: while set, streams end.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, images: Sequence[bytes] = (), folder: Path | None = None, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.images = images
        self.folder = folder
        self.pause_s = 0.02
        self.login = "user:secret"
        self.asked: list[str] = []
        self.hold, self.cut, self.over = threading.Event(), threading.Event(), threading.Event()

    @property
    def url(self) -> str:
        """The address, without a trailing slash."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients may hang up."""


@contextmanager
def serving(images: Sequence[bytes] = (), folder: Path | None = None, port: int = 0) -> Iterator[ImageServer]:
    """A server that runs during the block."""
    server = ImageServer(images, folder, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: ImageServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        path, _, query = self.path.partition("?")
        known: dict[str, Callable[[], None]] = {
            "/mjpeg": self._stream,
            "/silent": lambda: self._wait(lambda: False),
            "/login": self._stream_after_login,
        }
        if path == "/to":
            self.send_response(302)
            self.send_header("Location", query)
            self.end_headers()
        elif path in known:
            known[path]()
        else:
            self._file(path)

    def _wait(self, until: Callable[[], bool]) -> None:
        while not (self.server.over.is_set() or self.server.cut.is_set() or until()):
            time.sleep(0.01)

    def _stream_after_login(self) -> None:
        expected = "Basic " + base64.b64encode(self.server.login.encode()).decode()
        if self.headers.get("Authorization") == expected:
            self._stream()
            return
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="camera"')
        self.end_headers()

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace;boundary={BOUNDARY}")
        self.end_headers()
        place = 0
        while not (self.server.over.is_set() or self.server.cut.is_set()):
            self._wait(lambda: not self.server.hold.is_set())
            self.wfile.write(part(self.server.images[place % len(self.server.images)]))
            place += 1
            time.sleep(self.server.pause_s)

    def _file(self, path: str) -> None:
        file = None if self.server.folder is None else self.server.folder / path.lstrip("/")
        if file is None or not file.is_file():
            self.send_error(404)
            return
        data = file.read_bytes()
        kind = "application/vnd.apple.mpegurl" if file.suffix == ".m3u8" else "application/octet-stream"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Do not log."""
