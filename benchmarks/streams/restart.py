"""Recovery from an RTSP server that is killed and restarted at random moments."""

from __future__ import annotations

import random
import time
from pathlib import Path

from benchmarks.streams.clip import write_units
from benchmarks.streams.server import RtspServer
from benchmarks.streams.state_log import StateLog, open_resources

from maskwatch.watch.cameras.camera import Camera
from maskwatch.watch.cameras.state import CameraState

FPS = 25
PATIENCE_S = 40.0


def measure(video: Path, folder: Path, *, kills: int, port: int, seed: int = 0) -> list[dict[str, str]]:
    """Kill and restart the server; returns one row of results."""
    chance = random.Random(seed)
    server = RtspServer(write_units(video, folder / "units", fps=FPS), port, FPS)
    log = StateLog()
    camera = Camera("door", server.url, on_state=log.add)
    rounds: list[tuple[float, float, tuple[int, int]]] = []
    try:
        server.start()
        camera.start()
        if log.first(CameraState.live, 0, PATIENCE_S) is None:
            raise SystemExit("the camera never became live")
        for number in range(kills):
            _watch(camera, chance.uniform(0.2, 5))
            server.kill()
            time.sleep(chance.uniform(0.1, 6))
            server.start()
            ready_at = time.monotonic()
            live_at = log.first(CameraState.live, ready_at, PATIENCE_S)
            time.sleep(0.3)  # a thread that resolved or opened the address may still be ending
            if live_at is not None:
                rounds.append(
                    (live_at - ready_at, live_at - log.last(CameraState.connecting, live_at), open_resources())
                )
                back_s, first_s, things = rounds[-1]
                print(f"{number + 1:3d}: back after {back_s:5.2f} s, first frame {first_s:4.2f} s after the attempt, "
                      f"threads and descriptors {things}", flush=True)  # fmt: skip
    finally:
        ended = camera.close(10)
        server.kill()
    return [_row(kills, rounds, log, ended)]


def _watch(camera: Camera, seconds: float) -> None:
    """Take frames like a detector."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        camera.take()
        time.sleep(0.05)


def _row(kills: int, rounds: list[tuple[float, float, tuple[int, int]]], log: StateLog, ended: bool) -> dict[str, str]:
    pauses = [
        after[0] - before[0]
        for before, after in zip(log.entries, log.entries[1:], strict=False)
        if before[1] == CameraState.retrying and after[1] == CameraState.connecting
    ]
    back = sorted(back_s for back_s, _, _ in rounds)
    first = sorted(first_s for _, first_s, _ in rounds)
    threads, descriptors = zip(*(things for *_, things in rounds), strict=True)
    return {
        "bar": "restart",
        "kills": str(kills),
        "recovered": str(len(rounds)),
        "first frame after the attempt, median s": f"{first[len(first) // 2]:.2f}",
        "most s": f"{first[-1]:.2f}",
        "within 2 s": str(sum(first_s <= 2 for first_s in first)),
        "back after the server, median s": f"{back[len(back) // 2]:.2f}",
        "at most s": f"{back[-1]:.2f}",
        "longest pause s": f"{max(pauses):.2f}",
        "threads": f"{min(threads)}..{max(threads)}",
        "descriptors": f"{min(descriptors)}..{max(descriptors)}",
        "closed": "yes" if ended else "no",
    }
