"""``maskwatch watch`` in its own process, observed through its metrics and the system's numbers."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

PROGRAM = (sys.executable, "-m", "maskwatch")
PORT = 9188
_START_S = 60


@dataclass(frozen=True)
class Resources:
    """Resources of the process at one moment.

    Attributes:
        at_s: seconds since the start.
        resident_mb: resident memory, MB.
        threads: of the process.
        descriptors: open files and sockets.
        cpu_s: CPU time used so far, seconds.
        waited_s: how long the detecting thread has waited for a free core so far, seconds.
    """

    at_s: float
    resident_mb: float
    threads: int
    descriptors: int
    cpu_s: float
    waited_s: float


class Watched:
    """A running watch."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._begun = time.monotonic()

    def metrics(self) -> dict[tuple[str, ...], float]:
        """All metrics by name and label values; the labels are in alphabetical order."""
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        return {
            (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def sample(self) -> Resources:
        """Current resources."""
        folder = Path(f"/proc/{self.process.pid}")
        status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        times = (folder / "stat").read_text().rpartition(")")[2].split()
        return Resources(
            time.monotonic() - self._begun,
            int(status["VmRSS"].split()[0]) * 1024 / 1e6,
            int(status["Threads"]),
            len(list((folder / "fd").iterdir())),
            (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK"),
            int((folder / "task" / str(self.process.pid) / "schedstat").read_text().split()[1]) / 1e9,
        )


@contextmanager
def watching(folder: Path, videos: Sequence[Path], *, fps: float | None, more: str = "") -> Iterator[Watched]:
    """Watch videos in real time; starts the block when every camera is live.

    Args:
        folder: for settings and events.
        videos: one per camera.
        fps: maximum frame rate of each camera; None for all frames.
        more: further settings, YAML.
    """
    cameras = [f"  - {{name: {video.stem}, url: '{video}'{f', fps: {fps}' if fps else ''}}}" for video in videos]
    lines = ["cameras:", *cameras, f"metrics: {{enabled: true, port: {PORT}}}", more]
    (folder / "watch.yaml").write_text("\n".join(lines) + "\n")
    command = [*PROGRAM, "watch", "--config", "watch.yaml"]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, cwd=folder, stderr=log) as process:
        watched = Watched(process)
        try:
            _wait(watched, [video.stem for video in videos])
            yield watched
        finally:
            process.terminate()
            process.wait(10)


def _wait(watched: Watched, cameras: Sequence[str]) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and watched.process.poll() is None:
        try:
            found = watched.metrics()
        except OSError:
            time.sleep(0.2)
            continue
        if all(found.get(("maskwatch_camera_state", camera, "live")) for camera in cameras):
            return
        time.sleep(0.2)
    raise SystemExit("the watch did not start; read its log")
