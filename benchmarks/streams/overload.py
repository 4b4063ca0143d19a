"""Sixty frames per second for a detector that processes five: dropped frames, and the age of the processed ones."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
from benchmarks.streams.clip import write_units
from benchmarks.streams.server import RtspServer

from maskwatch import load_detector
from maskwatch.watch.cameras.camera import Camera

FPS = 60
DETECTOR_FPS = 5


def measure(video: Path, folder: Path, *, seconds: float, port: int) -> list[dict[str, str]]:
    """Run a slowed-down detector on the frames of a camera; returns one row."""
    detector = load_detector(threads=1)
    ready = threading.Event()
    waits, ages, inferences, most_waiting = [], [], [], 0
    with RtspServer(write_units(video, folder / "units", fps=FPS), port, FPS) as server:
        camera = Camera("door", server.url, ready=ready)
        camera.start()
        until = time.monotonic() + seconds
        closed = False
        while not closed or camera.waiting:
            if not closed and time.monotonic() >= until:
                closed = camera.close(10)
            most_waiting = max(most_waiting, camera.waiting)
            captured = camera.take()
            if captured is None:
                ready.wait(0.1)
                ready.clear()
                continue
            began = time.monotonic()
            detector(captured.frame.image)
            time.sleep(max(0.0, 1 / DETECTOR_FPS - (time.monotonic() - began)))
            done = time.monotonic()
            waits.append(began - captured.captured_at)
            ages.append(done - captured.captured_at)
            inferences.append(done - began)
    # the last frame also waited for the camera to close
    age, inference = np.percentile(ages[:-1], 95), float(np.median(inferences))
    slow = float(np.percentile(inferences, 95))
    return [
        {
            "bar": "overload",
            "seconds": f"{seconds:g}",
            "captured": str(camera.captured),
            "captured per second": f"{camera.captured / seconds:.1f}",
            "processed": str(len(ages)),
            "dropped": str(camera.dropped),
            "captured - processed - dropped": str(camera.captured - len(ages) - camera.dropped),
            "most waiting": str(most_waiting),
            "inference, median ms": f"{inference * 1e3:.0f}",
            "inference, p95 ms": f"{slow * 1e3:.0f}",
            "frame age, p95 ms": f"{age * 1e3:.0f}",
            "age over median inference": f"{age / inference:.2f}",
            "age over p95 inference": f"{age / slow:.2f}",
            "wait before it, p95 ms": f"{np.percentile(waits[:-1], 95) * 1e3:.0f}",
        }
    ]
