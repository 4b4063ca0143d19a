"""A small RTSP server on loopback, for one viewer over TCP (RFC 2326, RFC 6184)."""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

_CLOCK = 90_000
_MAX_BYTES = 1400


def h264_units(images: Sequence[NDArray[np.uint8]], keyframe_every: int = 10) -> list[list[bytes]]:
    """Encode RGB images; returns the NAL units of each, without start codes."""
    context = av.CodecContext.create("libx264", "w")
    context.height, context.width = images[0].shape[:2]
    context.pix_fmt, context.framerate = "yuv420p", Fraction(25)
    context.options = {"preset": "ultrafast", "tune": "zerolatency", "g": str(keyframe_every)}
    context.options |= {"x264-params": "repeat-headers=1:sliced-threads=0:annexb=0:scenecut=0"}
    packets = []
    for index, image in enumerate(images):
        frame = av.VideoFrame.from_ndarray(image, format="rgb24")
        frame.pts = index
        packets += context.encode(frame)
    packets += context.encode(None)
    return [_split(bytes(packet)) for packet in packets]


def _split(unit: bytes) -> list[bytes]:
    """Split NAL units, each preceded by its length in four bytes."""
    parts, place = [], 0
    while place < len(unit):
        length = int.from_bytes(unit[place : place + 4], "big")
        parts.append(unit[place + 4 : place + 4 + length])
        place += 4 + length
    return parts


@dataclass
class Programme:
    """The stream that the server plays.

    Attributes:
        units: NAL units of each frame, played in a loop.
        pause_s: seconds between frames.
        clock: RTP timestamp, in seconds, of frame number N.
        codec: its name in the session description.
        login: whether a password is required; none is accepted.
        hold: while set, nothing is sent.
    """

    units: Sequence[list[bytes]]
    pause_s: float = 0.02
    clock: Callable[[int], float] = lambda number: number / 50
    codec: str = "H264/90000"
    login: bool = False
    hold: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def rtsp_serving(programme: Programme) -> Iterator[str]:
    """Serve during the block; yields ``127.0.0.1:PORT``."""
    server = _Server(("127.0.0.1", 0), _Viewer)
    server.programme = programme
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        programme.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    programme: Programme

    def handle_error(self, request: object, client_address: object) -> None:
        """Viewers may hang up."""


class _Viewer(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        while lines := self._request():
            method, address = lines[0].split()[:2]
            sequence = next(line for line in lines if line.lower().startswith("cseq"))
            if method == "DESCRIBE" and self.server.programme.login:
                self._answer("401 Unauthorized", sequence, 'WWW-Authenticate: Basic realm="camera"')
            elif method == "DESCRIBE":
                self._answer("200 OK", sequence, f"Content-Base: {address}/", body=self._description())
            elif method == "SETUP":
                self._answer("200 OK", sequence, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1", "Session: 1")
            elif method == "PLAY":
                self._answer("200 OK", sequence, "Session: 1")
                threading.Thread(target=self._play, daemon=True).start()
            else:
                self._answer("200 OK", sequence, "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN")

    def _request(self) -> list[str]:
        lines = []
        while line := self.rfile.readline():
            if line[:1] == b"$":  # a report of the viewer
                continue
            if not line.strip():
                break
            lines.append(line.decode("latin-1").strip())
        return lines if lines and "RTSP" in lines[0] else []

    def _answer(self, status: str, sequence: str, *more: str, body: str = "") -> None:
        head = [f"RTSP/1.0 {status}", sequence, *more]
        if body:
            head += ["Content-Type: application/sdp", f"Content-Length: {len(body)}"]
        self.wfile.write("\r\n".join([*head, "", body]).encode())

    def _description(self) -> str:
        codec = self.server.programme.codec
        lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=test", "t=0 0", "a=control:*", "m=video 0 RTP/AVP 96"]
        return "\r\n".join([*lines, f"a=rtpmap:96 {codec}", "a=control:track1", ""])

    def _play(self) -> None:
        programme, number, sent = self.server.programme, 0, 0
        while not programme.over.is_set():
            if programme.hold.is_set():
                time.sleep(0.01)
                continue
            unit = programme.units[number % len(programme.units)]
            stamp = int(programme.clock(number) * _CLOCK) & 0xFFFFFFFF
            payloads = [payload for nal in unit for payload in _payloads(nal)]
            for place, payload in enumerate(payloads):
                last = place == len(payloads) - 1
                head = struct.pack(">BBHII", 0x80, 96 | (0x80 if last else 0), sent & 0xFFFF, stamp, 1)
                try:
                    self._send(struct.pack(">cBH", b"$", 0, len(head) + len(payload)) + head + payload)
                except OSError:
                    return
                sent += 1
            number += 1
            time.sleep(programme.pause_s)

    def _send(self, data: bytes) -> None:
        self.request.sendall(data)

    def finish(self) -> None:
        self.request.shutdown(socket.SHUT_RDWR) if self.request.fileno() >= 0 else None
        super().finish()


def _payloads(nal: bytes) -> Iterator[bytes]:
    """One NAL unit as RTP payloads: single, or in fragments (FU-A)."""
    if len(nal) <= _MAX_BYTES:
        yield nal
        return
    body = nal[1:]
    for place in range(0, len(body), _MAX_BYTES):
        piece = body[place : place + _MAX_BYTES]
        flags = (0x80 if place == 0 else 0) | (0x40 if place + _MAX_BYTES >= len(body) else 0)
        yield bytes([nal[0] & 0xE0 | 28, flags | nal[0] & 0x1F]) + piece
