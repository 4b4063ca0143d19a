"""Silent servers, stalled streams, and one dead camera among four."""

from __future__ import annotations

import socket
import statistics
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.streams.clip import write_units
from benchmarks.streams.server import RtspServer
from benchmarks.streams.state_log import StateLog

from maskwatch.sources.options import StreamOptions
from maskwatch.watch.cameras.camera import Camera
from maskwatch.watch.cameras.options import CameraOptions
from maskwatch.watch.cameras.state import CameraState

FPS = 25
TIMEOUT_S = 2.0
OPTIONS = CameraOptions(StreamOptions(TIMEOUT_S, TIMEOUT_S), first_pause_s=0.2, longest_pause_s=1.0)


def measure(video: Path, folder: Path, *, rounds: int, seconds: float, port: int) -> list[dict[str, str]]:
    """Measure all three; returns one row each."""
    server = RtspServer(write_units(video, folder / "units", fps=FPS), port, FPS)
    rows = [_silent(scheme, rounds) for scheme in ("rtsp", "rtsps", "http", "https")]
    with server:
        rows.append(_stalled(server, rounds))
    rows += _one_dead_of_four(folder / "units", seconds, port)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    return [{column: row.get(column, "") for column in columns} for row in rows]


def _silent(scheme: str, rounds: int) -> dict[str, str]:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        log = StateLog()
        camera = Camera("silent", f"{scheme}://127.0.0.1:{silent.getsockname()[1]}/live", OPTIONS, on_state=log.add)
        camera.start()
        taken: list[float] = []
        since = 0.0
        for _ in range(rounds):
            began = log.first(CameraState.connecting, since, 30)
            noticed = log.first(CameraState.retrying, began or 0, 30)
            if began is None or noticed is None:
                break
            taken.append(noticed - began)
            since = noticed
        camera.close()
    return _noticed(f"silent {scheme} server", taken, rounds)


def _stalled(server: RtspServer, rounds: int) -> dict[str, str]:
    log, taken = StateLog(), []
    camera = Camera("stalled", server.url, OPTIONS, on_state=log.add)
    camera.start()
    since = 0.0
    for _ in range(rounds):
        log.first(CameraState.live, since, 30)
        last = _read_for(camera, 1.5)
        server.freeze()
        frozen = time.monotonic()
        last = max(last, _read_for(camera, 0.5))  # frames in flight
        noticed = log.first(CameraState.stalled, frozen, 30)
        server.thaw()
        if noticed is None:
            break
        taken.append(noticed - last)
        since = noticed
    camera.close()
    return _noticed("stalled rtsp stream", taken, rounds)


def _read_for(camera: Camera, seconds: float) -> float:
    """Take frames; returns when the last one was read."""
    last, until = 0.0, time.monotonic() + seconds
    while time.monotonic() < until:
        captured = camera.take()
        last = last if captured is None else captured.captured_at
        time.sleep(0.005)
    return last


def _noticed(what: str, taken: list[float], rounds: int) -> dict[str, str]:
    return {
        "bar": what,
        "rounds": f"{len(taken)}/{rounds}",
        "timeout s": f"{TIMEOUT_S:g}",
        "noticed after, median s": f"{statistics.median(taken):.2f}",
        "most s": f"{max(taken):.2f}",
    }


def _one_dead_of_four(units: Path, seconds: float, port: int) -> list[dict[str, str]]:
    """Three cameras alone, then with a fourth whose server is frozen."""
    rows = []
    with ExitStack() as stack:
        servers = [stack.enter_context(RtspServer(units, port + number, FPS)) for number in range(1, 5)]
        for dead in (False, True):
            if dead:
                servers[3].freeze()
            rates = _rates([server.url for server in servers[: 4 if dead else 3]], seconds)
            rows.append(
                {
                    "bar": "three cameras and a dead one" if dead else "three cameras alone",
                    "seconds": f"{seconds:g}",
                    "frames per second": " ".join(f"{rate:.2f}" for rate in rates),
                    "share of 25": f"{min(rates[:3]) / FPS:.1%}",
                }
            )
        servers[3].thaw()
    return rows


def _rates(urls: list[str], seconds: float) -> list[float]:
    """Frame rate of each camera once the first three are live."""
    logs = [StateLog() for _ in urls]
    ready = threading.Event()
    cameras = [
        Camera(f"camera {number}", url, OPTIONS, ready=ready, on_state=log.add)
        for number, (url, log) in enumerate(zip(urls, logs, strict=True))
    ]
    for camera in cameras:
        camera.start()
    for log in logs[:3]:
        log.first(CameraState.live, 0, 30)
    time.sleep(1)
    before, began = [camera.captured for camera in cameras], time.monotonic()
    while time.monotonic() < began + seconds:
        ready.wait(0.1)
        ready.clear()
        for camera in cameras:
            camera.take()
    taken = time.monotonic() - began
    after = [camera.captured for camera in cameras]
    for camera in cameras:
        camera.close()
    return [(last - first) / taken for first, last in zip(before, after, strict=True)]
