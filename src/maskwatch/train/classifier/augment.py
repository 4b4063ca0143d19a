"""Augmentation of face crops: rotated, shifted, flipped, occluded, degraded."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from maskwatch.frames import Image
from maskwatch.train.augment.degradations import degrade
from maskwatch.train.augment.occlusion import occlude


@dataclass(frozen=True)
class FaceAugmentOptions:
    """Strength and frequency of each augmentation of face crops.

    Attributes:
        rotation: largest angle, in degrees.
        shear: largest horizontal shift of a row, as a share of its distance from the middle.
        shift: largest shift, as a share of the side.
        zoom: largest change of scale, as a factor.
        degraded: share of samples with degraded light, colour, focus, noise or JPEG compression.
        occluded: share of unmasked faces with an object drawn over the mouth.
    """

    rotation: float = 20.0
    shear: float = 0.15
    shift: float = 0.1
    zoom: float = 1.2
    degraded: float = 0.7
    occluded: float = 0.0


_FACE_BOX = np.array([0.14, 0.14, 0.86, 0.86], np.float32)
"""Place of the face in a crop with the default margin, as shares of its sides."""


def augmented(face: Image, options: FaceAugmentOptions, rng: np.random.Generator, *, unmasked: bool = False) -> Image:
    """An augmented copy of a face, uint8 (S, S, 3), padded by its border pixels.

    Args:
        face: uint8 (S, S, 3).
        options: strength of the augmentation.
        rng: random generator.
        unmasked: whether the face is unmasked, so that an object may be drawn over its mouth.
    """
    size = face.shape[0]
    if unmasked and rng.random() < options.occluded:
        face = occlude(face, size * _FACE_BOX, np.zeros((0, 4), np.float32), rng)
    angle = np.deg2rad(rng.uniform(-options.rotation, options.rotation))
    scale = options.zoom ** rng.uniform(-1, 1)
    rotation = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = rotation @ np.array([[1.0, rng.uniform(-options.shear, options.shear)], [0.0, 1.0]])
    if rng.random() < 0.5:
        matrix[:, 0] *= -1  # flipped
    middle = np.full(2, (size - 1) / 2)
    offset = middle - matrix @ middle + rng.uniform(-options.shift, options.shift, 2) * size
    moved = cv2.warpAffine(face, np.column_stack([matrix, offset]), (size, size), borderMode=cv2.BORDER_REPLICATE)
    image = np.asarray(moved, np.uint8)
    return degrade(image, rng) if rng.random() < options.degraded else image
