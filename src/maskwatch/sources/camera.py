"""Webcams, through OpenCV."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from maskwatch.errors import SourceError
from maskwatch.frames import Frame, Image
from maskwatch.sources.base import BaseSource
from maskwatch.sources.options import Capture

_CAP_PROP_FPS = 5
_PAUSE_S = 0.02


class CameraSource(BaseSource):
    """A webcam of this computer. It has no end; times are those at which its frames were read, from 0.

    Args:
        number: 0 for the first camera.
        open_capture: opens camera N; None uses OpenCV.
        patience_s: seconds without a frame after which the camera counts as disconnected.

    Raises:
        SourceError: when there is no such camera, or another program uses it.
    """

    live = True

    def __init__(
        self, number: int, open_capture: Callable[[int], Capture] | None = None, *, patience_s: float = 3.0
    ) -> None:
        super().__init__(f"camera {number}")
        self._patience_s = patience_s
        self._capture = (open_capture or _open_with_opencv)(number)
        if not self._capture.isOpened():
            self._capture.release()
            raise SourceError(
                f"camera {number}: cannot be opened; connect it, close other programs that use it, "
                "or list the cameras with 'maskwatch doctor'"
            )
        fps = self._capture.get(_CAP_PROP_FPS)
        self._rate = Fraction(fps).limit_denominator(1001) if 0 < fps <= 1000 else None

    @property
    def rate(self) -> Fraction | None:
        """Frames per second as reported by the camera; None when it reports none."""
        return self._rate

    def close(self) -> None:
        """Release the camera."""
        super().close()
        self._capture.release()

    def _read(self) -> Generator[Frame]:
        start = None
        index = 0
        while (image := self._next_image()) is not None:
            now = time.monotonic()
            start = now if start is None else start
            yield Frame(_to_rgb(image), index, now - start, self.name, self._rate)
            index += 1
        what = "stopped sending frames" if index else "sends no frames"
        self.failures.append(SourceError(f"{self.name}: {what}; check its cable, and close other programs that use it"))

    def _next_image(self) -> Image | None:
        """The next BGR image; None when none came for too long."""
        deadline = time.monotonic() + self._patience_s
        while True:
            read, image = self._capture.read()
            if read and image is not None and image.size:
                return np.asarray(image, np.uint8)
            if time.monotonic() >= deadline:
                return None
            time.sleep(_PAUSE_S)


def _to_rgb(image: Image) -> Image:
    import cv2

    code = cv2.COLOR_GRAY2RGB if image.ndim == 2 else cv2.COLOR_BGR2RGB
    return np.asarray(cv2.cvtColor(image, code), np.uint8)


def _open_with_opencv(number: int) -> Capture:
    if sys.platform == "linux" and not Path(f"/dev/video{number}").exists():
        raise SourceError(f"camera {number}: there is no /dev/video{number}; list the cameras with 'maskwatch doctor'")
    import cv2

    backend = cv2.CAP_V4L2 if sys.platform == "linux" else cv2.CAP_ANY
    with _quiet_opencv():
        return cv2.VideoCapture(number, backend)


@contextmanager
def _quiet_opencv() -> Iterator[None]:
    """Silence OpenCV, which writes several lines to stderr for a missing camera."""
    import cv2

    before = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        cv2.utils.logging.setLogLevel(before)


@dataclass(frozen=True)
class CameraInfo:
    """A camera of this computer.

    Attributes:
        number: the number for `maskwatch.sources.open_source`.
        device: its device file; empty on systems without device files.
        name: the name reported by the camera; empty when unknown.
    """

    number: int
    device: str = ""
    name: str = ""

    def __str__(self) -> str:
        """Like ``0 (Integrated Webcam, /dev/video0)``."""
        known = ", ".join(part for part in (self.name, self.device) if part)
        return f"{self.number} ({known})" if known else str(self.number)


def list_cameras(root: Path | str = "/", *, platform: str = sys.platform) -> list[CameraInfo]:
    """List the cameras. On Linux none is opened; on other systems numbers 0 to 3 are tried.

    Args:
        root: the folder with ``dev`` and ``sys``.
        platform: like `sys.platform`.
    """
    if platform != "linux":
        return [CameraInfo(number) for number in range(4) if _opens(number)]
    cameras = []
    for device in Path(root, "dev").glob("video*"):
        if found := re.fullmatch(r"video(\d+)", device.name):
            label = Path(root, "sys/class/video4linux", device.name, "name")
            name = label.read_text(errors="replace").strip() if label.is_file() else ""
            cameras.append(CameraInfo(int(found[1]), f"/dev/{device.name}", name))
    return sorted(cameras, key=lambda camera: camera.number)


def _opens(number: int) -> bool:
    capture = _open_with_opencv(number)
    try:
        return capture.isOpened()
    finally:
        capture.release()
