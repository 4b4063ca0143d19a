"""A local web server for one file, with faults on request."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Served:
    """The file, the faults of the server, and its requests.

    Attributes:
        content: content of the file.
        ranges: whether it supports range requests.
        break_after: bytes after which it hangs up, for each of the first answers; None sends everything.
        stall_s: pause in the middle of each answer, seconds.
        status: an error status instead of the file.
        redirect: an address to redirect to.
        says_length: whether it sends Content-Length.
        wrong_range: whether it sends another range than requested.
        asked: the Range header of each request; "" if it had none.
        url: the address of the file.
    """

    content: bytes = b""
    ranges: bool = True
    break_after: list[int | None] = field(default_factory=list)
    stall_s: float = 0
    status: int = 0
    redirect: str = ""
    says_length: bool = True
    wrong_range: bool = False
    asked: list[str] = field(default_factory=list)
    url: str = ""


@contextmanager
def serve(content: bytes) -> Iterator[Served]:
    """Serve ``content`` on 127.0.0.1 during the block; the record may be changed meanwhile."""
    served = Served(content)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
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
        """Clients may hang up."""


def free_port() -> int:
    """A port that is free."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _answer(handler: BaseHTTPRequestHandler, served: Served) -> None:
    wanted = handler.headers.get("Range", "")
    served.asked.append(wanted)
    if served.redirect:
        handler.send_response(302)
        handler.send_header("Location", served.redirect)
        handler.end_headers()
        return
    if served.status:
        handler.send_error(served.status)
        return
    start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and served.ranges else 0
    if start and start >= len(served.content):
        handler.send_error(416)
        return
    piece = served.content[start:]
    handler.send_response(206 if start else 200)
    if start:
        first = start + 1 if served.wrong_range else start
        handler.send_header("Content-Range", f"bytes {first}-{len(served.content) - 1}/{len(served.content)}")
    if served.says_length:
        handler.send_header("Content-Length", str(len(piece)))
    handler.end_headers()
    cut = served.break_after.pop(0) if served.break_after else None
    handler.wfile.write(piece[: len(piece) // 2 if cut is None else cut])
    if served.stall_s:
        time.sleep(served.stall_s)
    if cut is None:
        handler.wfile.write(piece[len(piece) // 2 :])
