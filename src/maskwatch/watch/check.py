"""Dry run of the settings (``--check``): one frame of each camera, and a test of each sender."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from maskwatch.detections import Detections
from maskwatch.errors import MaskWatchError, SourceError
from maskwatch.styles import WORDS
from maskwatch.watch.cameras.camera import Camera, Captured
from maskwatch.watch.cameras.options import CameraOptions
from maskwatch.watch.cameras.state import CameraState
from maskwatch.watch.perception import SupportsThresholds
from maskwatch.watch.senders import make_senders
from maskwatch.watch.senders.base import SendError
from maskwatch.watch.settings import CameraSettings, WatchSettings

_EXTRA_S = 1.0
_CLOSE_S = 1.0


@dataclass(frozen=True)
class CheckResult:
    """Result for one camera or sender.

    Attributes:
        well: whether it works.
        text: a sentence.
    """

    well: bool
    text: str


def check_cameras(settings: WatchSettings, detector: SupportsThresholds) -> Iterator[CheckResult]:
    """Grab one frame of each camera, all at the same time, and detect faces in it; in the order of the settings."""
    for camera, grab_ in [(camera, _Grab(camera)) for camera in settings.cameras]:
        captured = grab_.frame()
        if captured is None:
            yield CheckResult(False, f"Camera {camera.name}: no frame ({grab_.reason}).")
        else:
            yield CheckResult(True, _sentence(camera, captured, grab_.seconds, detector(captured.frame.image)))


def check_senders(settings: WatchSettings) -> Iterator[CheckResult]:
    """Test each sender without sending an event."""
    for sender in make_senders(settings):
        try:
            yield CheckResult(True, f"Sender {sender.name}: {sender.check()}")
        except SendError as error:
            yield CheckResult(False, f"Sender {sender.name}: {error}")
        except Exception as error:  # noqa: BLE001 - a bug in one sender must not hide the results of the others
            yield CheckResult(False, f"Sender {sender.name}: failed unexpectedly ({type(error).__name__})")
        finally:
            sender.close()


def grab(camera: CameraSettings) -> Captured:
    """One frame of a camera.

    Raises:
        SourceError: when none arrives within the camera's timeouts.
    """
    grab_ = _Grab(camera)
    captured = grab_.frame()
    if captured is None:
        raise SourceError(f"camera {camera.name}: no frame ({grab_.reason}); check address, login and cable")
    return captured


class _Grab:
    """Connects to a camera and waits for its first frame."""

    def __init__(self, camera: CameraSettings) -> None:
        self.reason, self.seconds = "", 0.0
        self._ready = threading.Event()
        self._started = time.monotonic()
        self._deadline = self._started + camera.open_timeout_s + camera.read_timeout_s + _EXTRA_S
        self._camera: Camera | None = None
        try:
            self._camera = Camera(camera.name, camera.url, CameraOptions.from_settings(camera), ready=self._ready)
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
            self.seconds = time.monotonic() - self._started
            if captured is not None:
                return captured
            state, reason = camera.status
            self.reason = reason.partition("; trying again")[0] or f"camera {state}"
            lost = state not in (CameraState.connecting, CameraState.live)
            left_s = self._deadline - time.monotonic()
            if lost or left_s <= 0:
                return None
            self._ready.wait(left_s)


def _sentence(camera: CameraSettings, captured: Captured, seconds: float, faces: Detections) -> str:
    frame = captured.frame
    rate = "" if frame.rate is None else f", {float(frame.rate):g} frames per second"
    states = ", ".join(f"{count} {WORDS[name]}" for name, count in faces.counts().items() if count)
    zones = f"; zones {', '.join(zone.name for zone in camera.zones)}" if camera.zones else ""
    return (
        f"Camera {camera.name}: {frame.width} x {frame.height} pixels{rate}; first frame after {seconds:.1f} s; "
        f"faces: {states or 'none'}{zones}."
    )
