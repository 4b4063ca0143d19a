"""Starts, freezes and kills the RTSP server, which runs in its own process."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from maskwatch.errors import UsageError

_SCRIPT = Path(__file__).with_name("rtsp_server.py")
_PYTHON = "/usr/bin/python3"
_PACKAGES = "gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-good gstreamer1.0-plugins-bad"


class RtspServer:
    """GStreamer's RTSP server on a port of 127.0.0.1; a context manager.

    Args:
        units: encoded frames, see `clip.write_units`.
        port: to listen on.
        fps: frame rate.
        login: required ``user:password``; empty for none.

    Raises:
        UsageError: when it does not start, usually because GStreamer is not installed.
    """

    def __init__(self, units: Path, port: int, fps: int, login: str = "") -> None:
        self._command = [_PYTHON, str(_SCRIPT), str(units), str(port), str(fps)]
        user, _, password = login.partition(":")
        self._environment = {**os.environ, **({"USER": user, "PASSWORD": password} if login else {})}
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"rtsp://{f'{login}@' if login else ''}127.0.0.1:{port}/live"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start it; returns as soon as it listens."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, env=self._environment)
        assert self._process.stdout is not None
        if self._process.stdout.readline() != b"ready\n":
            self.kill()
            raise UsageError(f"the RTSP server does not start; on Debian: apt-get install {_PACKAGES}")

    def kill(self) -> None:
        """Kill it at once, like a power failure."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def freeze(self) -> None:
        """Suspend it: connections stay open, and new ones are accepted but never answered."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Resume it."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)
