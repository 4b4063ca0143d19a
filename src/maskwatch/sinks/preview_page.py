"""A local page that shows the latest frame: a motion JPEG stream over HTTP on 127.0.0.1."""

from __future__ import annotations

import secrets
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any

import numpy as np

from maskwatch.errors import SinkError
from maskwatch.frames import Image

_LOOPBACK_NAMES = {"127.0.0.1", "localhost", "[::1]"}
_JPEG_QUALITY = 80
_MAX_SIDE = 1600
_MAX_STREAMS = 8
_SEND_TIMEOUT_S = 10.0
_SEND_BUFFER = 1 << 17
_REPEAT_S = 2.0
_JOIN_TIMEOUT_S = 2.0
_MAX_BODY = 1 << 16


class PreviewPage:
    """Serves the latest image at ``address`` until it is closed.

    The address contains a secret, so that other users of the computer cannot open the page. Requests under another
    host name than localhost are refused, which defeats DNS rebinding by web sites. Slow browsers skip images; `show`
    never waits.

    Args:
        port: on 127.0.0.1; 0 for any free port.

    Raises:
        SinkError: when the port cannot be opened.
    """

    def __init__(self, port: int = 0) -> None:
        self.stop_requested = False
        self.closed = False
        self.waiting = False
        self.changed = threading.Condition()
        self.secret = secrets.token_urlsafe(12)
        self._viewers = 0
        self._next = threading.Event()
        self._number = 0
        self._image: Image | None = None
        self._encoding = threading.Lock()
        self._encoded = (0, b"")
        try:
            self._server = _Server(("127.0.0.1", port), _Handler)
        except OSError as error:
            where = f"127.0.0.1:{port}" if port else "127.0.0.1"
            reason = error.strerror or str(error)
            raise SinkError(f"{where}: the page cannot be served ({reason}); choose another port") from error
        self._server.page = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="preview", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """URL of the page."""
        return f"http://127.0.0.1:{self._server.server_port}/{self.secret}/"

    def show(self, image: Image) -> None:
        """Show ``image``, RGB uint8 (H, W, 3), which must not change afterwards."""
        with self.changed:
            self._image = image
            self._number += 1
            self.changed.notify_all()

    def wait_for_key(self) -> None:
        """Wait until "next" or "stop" is pressed on the page."""
        self._next.clear()
        self.waiting = True
        while not (self._next.wait(0.1) or self.stop_requested):
            pass
        self.waiting = False

    @property
    def viewers(self) -> int:
        """Number of browsers that receive the stream."""
        return self._viewers

    @contextmanager
    def viewer(self) -> Iterator[bool]:
        """Count a browser inside the block; False when there are too many."""
        with self.changed:
            welcome = self._viewers < _MAX_STREAMS
            self._viewers += welcome
        try:
            yield welcome
        finally:
            with self.changed:
                self._viewers -= welcome

    def html(self, nonce: str) -> str:
        """The page; only its style and script that carry ``nonce`` may run. Subclasses return their own page."""
        return read_page("maskwatch.sinks", "preview_page.html", nonce=nonce)

    def text(self, name: str) -> str | None:
        """The answer to GET ``name``; None for 404."""
        return ("waiting" if self.waiting else "running") if name == "state" else None

    def press(self, name: str, body: str = "") -> bool:  # noqa: ARG002 - used by subclasses
        """Handle POST ``name``, a button: ``stop`` or ``next``; False for 404."""
        if name == "stop":
            self.stop_requested = True
        elif name == "next":
            self._next.set()
        return name in {"stop", "next"}

    def newest(self, seen: int) -> tuple[int, bytes]:
        """Number and JPEG of the latest image; waits a little for one with a number above ``seen``."""
        with self.changed:
            self.changed.wait_for(lambda: self.closed or self._number > seen, timeout=_REPEAT_S)
            number, image = self._number, self._image
        with self._encoding:
            if image is not None and self._encoded[0] < number:
                self._encoded = (number, _jpeg(image))
            return self._encoded

    def close(self) -> None:
        """Close the port and every connection."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server.drop_connections()


def read_page(package: str, file: str, **values: str) -> str:
    """An HTML page from the data of a package.

    Args:
        package: that contains the file.
        file: its name.
        values: replace ``{{name}}`` in the page, unescaped: HTML, CSS or a nonce that MaskWatch itself made.
    """
    page = files(package).joinpath(file).read_text(encoding="utf-8")
    for name, value in values.items():
        page = page.replace(f"{{{{{name}}}}}", value)
    return page


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    page: PreviewPage

    def __init__(self, *args: Any) -> None:
        self._connections: dict[threading.Thread, socket.socket] = {}
        super().__init__(*args)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        self._connections[threading.current_thread()] = request
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._connections.pop(threading.current_thread(), None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore browsers that disconnect; report everything else."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def drop_connections(self) -> None:
        for thread, connection in list(self._connections.items()):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # already closed by the browser
                continue
            thread.join(_JOIN_TIMEOUT_S)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _SEND_TIMEOUT_S

    def do_GET(self) -> None:
        name = self._name()
        if name == "":
            nonce = secrets.token_urlsafe(12)
            self._reply(200, "text/html; charset=utf-8", self.server.page.html(nonce), nonce)
        elif name == "stream":
            self._stream()
        elif name is not None:
            text = self.server.page.text(name)
            self._reply(404 if text is None else 200, body=text or "")

    def do_POST(self) -> None:
        name = self._name()
        if name is None:
            return
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > _MAX_BODY:
            self._reply(413)
            return
        body = self.rfile.read(int(length)).decode(errors="replace")
        self._reply(204 if self.server.page.press(name, body) else 404)

    def _name(self) -> str | None:
        """The part of the path after the secret; None when the request was refused and answered."""
        host = self.headers.get("Host", "")
        if host.removesuffix(f":{host.rpartition(':')[2]}") not in _LOOPBACK_NAMES and host not in _LOOPBACK_NAMES:
            self._reply(403)
            return None
        secret, separator, name = self.path.removeprefix("/").partition("?")[0].partition("/")
        if not separator or not secrets.compare_digest(secret.encode(), self.server.page.secret.encode()):
            self._reply(404)
            return None
        return name

    def _stream(self) -> None:
        page = self.server.page
        with page.viewer() as welcome:
            if not welcome:
                self._reply(503)
                return
            # a small buffer: a slow browser gets one late image, not a queue of old ones
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
            self._head(200, "multipart/x-mixed-replace; boundary=frame")
            self.wfile.write(b"--frame\r\n")
            seen = 0
            while not page.closed:
                seen, jpeg = page.newest(seen)
                if jpeg:
                    head = f"Content-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n".encode()
                    # the boundary follows at once: browsers show an image when they receive the end of its part
                    self.wfile.write(head + jpeg + b"\r\n--frame\r\n")

    def _reply(self, status: int, kind: str = "text/plain", body: str = "", nonce: str = "") -> None:
        data = body.encode()
        self._head(status, kind, nonce, len(data))
        self.wfile.write(data)

    def _head(self, status: int, kind: str, nonce: str = "", length: int | None = None) -> None:
        allowed = f"script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; " if nonce else ""
        policy = f"default-src 'none'; {allowed}img-src 'self'; connect-src 'self'; frame-ancestors 'none'"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("X-Content-Type-Options", "nosniff")
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - name of the base class
        """No log: the library prints nothing."""


def _jpeg(image: Image) -> bytes:
    import cv2

    scale = _MAX_SIDE / max(image.shape[:2])
    if scale < 1:
        size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    encoded = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return encoded[1].tobytes()
