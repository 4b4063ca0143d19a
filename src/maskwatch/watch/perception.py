"""One detector for all cameras, and a tracker for each."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from maskwatch.detections import REPORTED_STATES, Detections
from maskwatch.frames import Frame, Image
from maskwatch.track import Tracker, follow

if TYPE_CHECKING:
    from maskwatch.detect.postprocess import Thresholds


class SupportsThresholds(Protocol):
    """A detector whose thresholds can be set; as `maskwatch.load_detector` gives it."""

    thresholds: Thresholds

    def __call__(self, image: Image, /) -> Detections:
        """The faces of one image, RGB uint8 (H, W, 3)."""


class Perception:
    """Finds and follows the people in the frames of several cameras.

    Args:
        detector: shared by all cameras; its threshold is lowered, because trackers make use of unsure faces.
        cameras: names.
        every: the detector looks at each n-th frame of a camera; between, people are followed by their motion.

    Attributes:
        inferences: images given to the detector so far.
        inference_s: time that took, seconds.
    """

    def __init__(self, detector: SupportsThresholds, cameras: Sequence[str], every: int = 1) -> None:
        self._detector = detector
        options = follow(detector).options
        self._trackers = {name: Tracker(options) for name in cameras}
        self._frames = dict.fromkeys(cameras, 0)
        self._every = every
        self.inferences = 0
        self.inference_s = 0.0

    def predict_raw(self, camera: str, frame: Frame) -> tuple[Detections, bool]:
        """The people in a frame, and whether the detector looked at it."""
        number = self._frames[camera]
        self._frames[camera] += 1
        if number % self._every:
            return self._trackers[camera](frame, None), False
        begun = time.perf_counter()
        found = self._detector(frame.image)
        self.inference_s += time.perf_counter() - begun
        self.inferences += 1
        return self._trackers[camera](frame, found), True

    def lose(self, camera: str) -> None:
        """The camera gives no frames: whoever comes after that is somebody new, and is looked at at once."""
        self._trackers[camera].reset()
        self._frames[camera] = 0

    def people(self, camera: str) -> dict[str, int]:
        """Different people so far, by the name of their last verdict."""
        return self._trackers[camera].people if camera in self._trackers else dict.fromkeys(REPORTED_STATES, 0)
