"""A web server on this computer that serves one file, well or badly."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Served:
    """What the server sends, how, and how often it was asked; may be changed while it runs.

    Attributes:
        content: of the file.
        break_after: number of bytes after which it closes the connection; None: never.
        stall_s: pause in the middle of each response, seconds.
        status: error status to send instead of the file.
        redirect: address to which it redirects.
        says_length: whether it sends Content-Length.
        requests: how many it received.
        url: the address of the file.
    """

    content: bytes = b""
    break_after: int | None = None
    stall_s: float = 0
    status: int = 0
    redirect: str = ""
    says_length: bool = True
    requests: int = 0
    url: str = ""


@contextmanager
def serve(content: bytes) -> Iterator[Served]:
    """Serve ``content`` on 127.0.0.1."""
    served = Served(content)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.requests += 1
            _answer(self, served)

        def log_message(self, *_: object) -> None:
            pass

    server = _QuietServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_port}/model.onnx"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Some tests are about clients that close the connection."""


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _answer(handler: BaseHTTPRequestHandler, served: Served) -> None:
    if served.redirect:
        handler.send_response(302)
        handler.send_header("Location", served.redirect)
        handler.end_headers()
        return
    if served.status:
        handler.send_error(served.status)
        return
    handler.send_response(200)
    if served.says_length:
        handler.send_header("Content-Length", str(len(served.content)))
    handler.end_headers()
    half = len(served.content) // 2
    handler.wfile.write(served.content[: half if served.break_after is None else served.break_after])
    if served.stall_s:
        time.sleep(served.stall_s)
    if served.break_after is None:
        handler.wfile.write(served.content[half:])
