"""Coarse transforms that relate two copies of one photograph.

After cropping, a copy equals a window of the original; if a part was changed, one half still equals it; after rotation,
the rotated centre does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.audit.fingerprints import SIDE

Window = tuple[float, float, float, float]
"""x1, y1, x2, y2 as fractions of the image."""

WHOLE: Window = (0.0, 0.0, 1.0, 1.0)
CENTRE: Window = (0.15, 0.15, 0.85, 0.85)
_CUT = ((0.0, 1.0), (0.0, 0.9), (0.05, 0.95), (0.1, 1.0), (0.1, 0.9))
WINDOWS: tuple[Window, ...] = tuple((x1, y1, x2, y2) for y1, y2 in _CUT for x1, x2 in _CUT)
"""The whole image, and the windows that remain after cropping a tenth off one or more sides."""
HALVES: tuple[Window, ...] = (
    *((0.0, 0.0, 1.0, 0.55), (0.0, 0.45, 1.0, 1.0)),
    *((0.0, 0.0, 0.55, 1.0), (0.45, 0.0, 1.0, 1.0)),
)
"""Top, bottom, left, right."""
ANGLES = (-30, -25, -20, -15, -10, -5, 5, 10, 15, 20, 25, 30)
"""Degrees."""


@dataclass(frozen=True)
class Transform:
    """Mirroring, rotation about the centre, then cropping to a window.

    Attributes:
        window: what remains of the image.
        angle: in degrees, counter-clockwise.
        mirrored: whether the image is mirrored first.
    """

    window: Window = WHOLE
    angle: int = 0
    mirrored: bool = False


@dataclass(frozen=True)
class TransformPair:
    """Transforms of two images whose results look alike if one image is a certain kind of copy of the other.

    Attributes:
        change: "crop": the first image is a crop of the second; "half": a part was changed; "rotation": rotated.
        whole: transform of the first image.
        part: transform of the second image.
        window: position of the first image in the second.
    """

    change: Literal["crop", "half", "rotation"]
    whole: Transform
    part: Transform
    window: Window = WHOLE

    def warp(self, size: tuple[int, int]) -> NDArray[np.float32]:
        """The affine map (2, 3) from thumbnails of the first image to (mirrored) thumbnails of the second.

        Args:
            size: width and height of the second image.
        """
        if self.part.angle:
            return rotation(self.part.angle, size)
        x1, y1, x2, y2 = self.window
        return np.array([[x2 - x1, 0, x1 * SIDE], [0, y2 - y1, y1 * SIDE]], np.float32)


def rotation(angle: float, size: tuple[int, int]) -> NDArray[np.float32]:
    """The affine map (2, 3) of a thumbnail that rotates an image of ``size`` (width, height) about its centre."""
    width, height = size
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    matrix = np.array([[cosine, -sine * height / width], [sine * width / height, cosine]])
    centre = np.full(2, (SIDE - 1) / 2)
    return np.concatenate([matrix, (centre - matrix @ centre)[:, None]], axis=1).astype(np.float32)


def _transform_pairs() -> Iterator[TransformPair]:
    for mirrored in (False, True):
        for window in WINDOWS:
            yield TransformPair("crop", Transform(), Transform(window, mirrored=mirrored), window)
        for half in HALVES:
            yield TransformPair("half", Transform(half), Transform(half, mirrored=mirrored))
        for angle in ANGLES:
            yield TransformPair("rotation", Transform(CENTRE), Transform(CENTRE, angle, mirrored))


TRANSFORM_PAIRS: tuple[TransformPair, ...] = tuple(_transform_pairs())
TRANSFORMS: tuple[Transform, ...] = tuple(
    dict.fromkeys(transform for pair in TRANSFORM_PAIRS for transform in (pair.whole, pair.part))
)
"""All transforms in `TRANSFORM_PAIRS`, without repetition."""
