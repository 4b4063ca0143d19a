"""Trying out settings without watching: one frame of each camera, and sentences that say what would happen."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from maskwatch.detections import Detections
from maskwatch.errors import MaskWatchError, SourceError
from maskwatch.watch.cameras.camera import Camera, Captured
from maskwatch.watch.cameras.state import CameraState
from maskwatch.watch.perception import SupportsThresholds
from maskwatch.watch.run import camera_options
from maskwatch.watch.senders import make_senders
from maskwatch.watch.senders.base import SendError
from maskwatch.watch.settings import CameraSettings, WatchSettings

_EXTRA_S = 1.0
_CLOSE_S = 1.0


@dataclass(frozen=True)
class CheckResult:
    """What was found out about one camera or sender.

    Attributes:
        well: whether it works.
        text: a sentence.
    """

    well: bool
    text: str


def check_cameras(settings: WatchSettings, detector: SupportsThresholds) -> Iterator[CheckResult]:
    """Grab one frame of each camera, all at the same time, and look at it; in the order of the settings."""
    for camera, begun in [(camera, _Grab(camera)) for camera in settings.cameras]:
        captured = begun.frame()
        if captured is None:
            yield CheckResult(False, f"Camera {camera.name}: no image ({begun.reason}).")
        else:
            yield CheckResult(True, _sentence(camera, captured, begun.seconds, detector(captured.frame.image)))


def check_senders(settings: WatchSettings) -> Iterator[CheckResult]:
    """Ask each sender whether it could work; nobody is told of anything."""
    for sender in make_senders(settings):
        try:
            yield CheckResult(True, f"Sender {sender.name}: {sender.check()}")
        except SendError as error:
            yield CheckResult(False, f"Sender {sender.name}: {error}")
        finally:
            sender.close()


def grab(camera: CameraSettings) -> Captured:
    """One frame of a camera.

    Raises:
        SourceError: when it gives none within its time-outs.
    """
    begun = _Grab(camera)
    captured = begun.frame()
    if captured is None:
        raise SourceError(f"camera {camera.name}: no image ({begun.reason}); check address, login and cable")
    return captured


class _Grab:
    """Waits for the first frame of a camera."""

    def __init__(self, camera: CameraSettings) -> None:
        self.reason, self.seconds = "", 0.0
        self._ready = threading.Event()
        self._begun = time.monotonic()
        self._deadline = self._begun + camera.open_timeout_s + camera.read_timeout_s + _EXTRA_S
        self._camera: Camera | None = None
        try:
            self._camera = Camera(camera.name, camera.url, camera_options(camera), ready=self._ready)
            self._camera.start()
        except MaskWatchError as error:
            self.reason = str(error)

    def frame(self) -> Captured | None:
        if self._camera is None:
            return None
        try:
            return self._wait(self._camera)
        finally:
            self._camera.close(_CLOSE_S)

    def _wait(self, camera: Camera) -> Captured | None:
        while True:
            self._ready.clear()
            captured = camera.take()
            self.seconds = time.monotonic() - self._begun
            if captured is not None:
                return captured
            state, reason = camera.doing
            self.reason = reason.partition("; trying again")[0] or f"camera {state}"
            given_up = state not in (CameraState.connecting, CameraState.live)
            left_s = self._deadline - time.monotonic()
            if given_up or left_s <= 0:
                return None
            self._ready.wait(left_s)


def _sentence(camera: CameraSettings, captured: Captured, seconds: float, faces: Detections) -> str:
    frame = captured.frame
    rate = "" if frame.rate is None else f", {float(frame.rate):g} images a second"
    seen = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in faces.counts().items() if count)
    people = "no face in it" if not len(faces) else f"in it {seen}"
    zones = f"; zones {', '.join(zone.name for zone in camera.zones)}" if camera.zones else ""
    return (
        f"Camera {camera.name}: {frame.width} x {frame.height} pixels{rate}; first image after {seconds:.1f} s, "
        f"{people}{zones}."
    )
