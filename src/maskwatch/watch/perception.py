"""Detection and tracking: one detector for all cameras, one tracker per camera."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from maskwatch.detections import REPORTED_STATES, Detections
from maskwatch.frames import Frame, Image
from maskwatch.track import Tracker, follow

if TYPE_CHECKING:
    from maskwatch.detect.raw_prediction import Thresholds


class SupportsThresholds(Protocol):
    """A detector whose thresholds can be set, such as `maskwatch.load_detector` returns."""

    thresholds: Thresholds

    def __call__(self, image: Image, /) -> Detections:
        """The faces of one image, RGB uint8 (H, W, 3)."""


class Perception:
    """Detects and tracks people in the frames of several cameras.

    Args:
        detector: shared by all cameras; its confidence threshold is lowered, because the tracker also uses faces of
            low confidence.
        cameras: names.
        every: run the detector on every n-th frame of a camera; in between, tracks are extrapolated by their motion.

    Attributes:
        inferences: images passed to the detector so far.
        inference_s: total time in the detector, seconds.
    """

    def __init__(self, detector: SupportsThresholds, cameras: Sequence[str], every: int = 1) -> None:
        self._detector = detector
        options = follow(detector).options
        self._trackers = {name: Tracker(options) for name in cameras}
        self._frames = dict.fromkeys(cameras, 0)
        self._every = every
        self.inferences = 0
        self.inference_s = 0.0

    def update(self, camera: str, frame: Frame) -> tuple[Detections, bool]:
        """The people in a frame, and whether the detector ran on it."""
        number = self._frames[camera]
        self._frames[camera] += 1
        if number % self._every:
            return self._trackers[camera](frame, None), False
        begun = time.perf_counter()
        detections = self._detector(frame.image)
        self.inference_s += time.perf_counter() - begun
        self.inferences += 1
        return self._trackers[camera](frame, detections), True

    def reset(self, camera: str) -> None:
        """The camera was lost: end its tracks, and run the detector on its next frame."""
        self._trackers[camera].reset()
        self._frames[camera] = 0

    def people(self, camera: str) -> dict[str, int]:
        """Number of different people so far, by the name of their last state."""
        return self._trackers[camera].people if camera in self._trackers else dict.fromkeys(REPORTED_STATES, 0)
