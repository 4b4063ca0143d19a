"""Where a face will be: a Kalman filter over the centre and the size of its box, each with its speed."""

from __future__ import annotations

from math import exp

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import Boxes
from maskwatch.track.options import TrackOptions

Floats = NDArray[np.float64]

SIZE_CALM = 0.05
"""A face changes its size by this share of what its centre moves. Small, because a face that goes behind something
seems to shrink, and must not be taken to go on shrinking there."""
SMALLEST = 1.0
"""No side of a predicted box gets shorter, pixels."""


def centre_size(xyxy: NDArray[np.floating]) -> Floats:
    """Boxes (..., 4) as x and y of the centre, width, height."""
    corners = np.asarray(xyxy, np.float64)
    size = corners[..., 2:] - corners[..., :2]
    return np.concatenate([corners[..., :2] + size / 2, size], axis=-1)


class BoxMotion:
    """The box of one face over time, in pixels.

    Centre x, centre y, width and height do not depend on each other, so that each has a filter of two numbers
    (value, speed), and the four run side by side. The speed is nearly constant: it is driven by white noise and
    decays slowly while nothing is measured (an integrated Ornstein-Uhlenbeck process).

    Args:
        xyxy: (4,), the first box.
        options: noise and memory.
    """

    def __init__(self, xyxy: NDArray[np.float32], options: TrackOptions) -> None:
        self._options = options
        self._value = np.maximum(centre_size(xyxy), [-np.inf, -np.inf, SMALLEST, SMALLEST])
        self._speed: Floats = np.zeros(4)
        self._calm = np.array([1.0, 1.0, SIZE_CALM, SIZE_CALM])
        # covariance of (value, speed) for each of the four: variance, covariance, variance
        self._value_variance: Floats = np.full(4, self._noise)
        self._covariance: Floats = np.zeros(4)
        self._speed_variance: Floats = (options.speed * self.size * self._calm) ** 2

    @property
    def size(self) -> float:
        """Geometric mean of width and height, pixels."""
        return float(np.sqrt(self._value[2] * self._value[3]))

    @property
    def xyxy(self) -> NDArray[np.float32]:
        """The likeliest box now, float32 (4,)."""
        half = self._value[2:] / 2
        return np.concatenate([self._value[:2] - half, self._value[:2] + half]).astype(np.float32)

    @property
    def speed(self) -> Floats:
        """Pixels a second (4,) of centre x, centre y, width and height."""
        return self._speed

    @property
    def _noise(self) -> float:
        """Variance of a measured coordinate, square pixels; rounding alone gives about half a pixel."""
        return (self._options.box_noise * self.size) ** 2 + 0.25

    def predict(self, seconds: float) -> None:
        """Let time go by without a measurement."""
        memory = self._options.speed_memory_s
        kept = exp(-seconds / memory)
        reach = memory * (1 - kept)
        drive = (self._options.acceleration * self.size * self._calm) ** 2 * memory / 2
        self._value_variance = (
            self._value_variance
            + 2 * reach * self._covariance
            + reach**2 * self._speed_variance
            + drive * memory**2 * max(0.0, 2 * seconds / memory - 3 + 4 * kept - kept**2)
        )
        self._covariance = kept * (self._covariance + reach * self._speed_variance) + drive * reach**2 / memory
        self._speed_variance = kept**2 * self._speed_variance + drive * (1 - kept**2)
        self._value = self._value + reach * self._speed
        self._value[2:] = np.maximum(self._value[2:], SMALLEST)
        self._speed = kept * self._speed

    def update(self, xyxy: NDArray[np.float32], confidence: float = 1.0) -> None:
        """Take a measured box (4,); the less sure the face, the less its box is believed.

        A face that goes behind something is seen in part at first, by an unsure box that seems to stand still.
        """
        surprise = centre_size(xyxy) - self._value
        total = self._value_variance + self._noise / max(confidence, 0.01) ** 2
        gain, speed_gain = self._value_variance / total, self._covariance / total
        self._value = self._value + gain * surprise
        self._value[2:] = np.maximum(self._value[2:], SMALLEST)
        self._speed = self._speed + speed_gain * surprise
        self._speed_variance = self._speed_variance - speed_gain * self._covariance
        self._covariance = (1 - gain) * self._covariance
        self._value_variance = (1 - gain) * self._value_variance

    def distance(self, xyxy: Boxes) -> Floats:
        """Squared Mahalanobis distances (N,) of the centres of boxes (N, 4) from where this face should be."""
        surprise = centre_size(xyxy)[:, :2] - self._value[:2]
        return np.asarray((surprise**2 / (self._value_variance[:2] + self._noise)).sum(axis=1))
