"""What a classifier's training sees: faces turned, moved, mirrored, and taken by a worse camera."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from maskwatch.frames import Image
from maskwatch.train.augment.degradations import camera_faults
from maskwatch.train.augment.occlusion import occlude


@dataclass(frozen=True)
class FaceAugmentOptions:
    """How far training samples differ from the stored images.

    Attributes:
        rotation: largest angle, in degrees.
        shear: largest horizontal shift of a row, as a share of its distance from the middle.
        shift: largest, as a share of the side.
        zoom: largest change of scale, as a factor.
        camera: share of samples with faults of light, colour, focus, noise or JPEG.
        occluded: share of unmasked faces with something drawn before the mouth, which is no mask.
    """

    rotation: float = 20.0
    shear: float = 0.15
    shift: float = 0.1
    zoom: float = 1.2
    camera: float = 0.7
    occluded: float = 0.0


_FACE_BOX = np.array([0.14, 0.14, 0.86, 0.86], np.float32)
"""Where the face lies in a crop of the usual margin, as shares of its sides."""


def augmented(face: Image, options: FaceAugmentOptions, rng: np.random.Generator, *, unmasked: bool = False) -> Image:
    """A changed copy of a face, uint8 (S, S, 3); what lies outside repeats the border.

    Args:
        face: uint8 (S, S, 3).
        options: how far to go.
        rng: source of randomness.
        unmasked: the face wears no mask, so that something may be drawn before its mouth.
    """
    size = face.shape[0]
    if unmasked and rng.random() < options.occluded:
        face = occlude(face, size * _FACE_BOX, np.zeros((0, 4), np.float32), rng)
    angle = np.deg2rad(rng.uniform(-options.rotation, options.rotation))
    scale = options.zoom ** rng.uniform(-1, 1)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[1.0, rng.uniform(-options.shear, options.shear)], [0.0, 1.0]])
    if rng.random() < 0.5:
        matrix[:, 0] *= -1  # mirrored
    middle = np.full(2, (size - 1) / 2)
    offset = middle - matrix @ middle + rng.uniform(-options.shift, options.shift, 2) * size
    moved = cv2.warpAffine(face, np.column_stack([matrix, offset]), (size, size), borderMode=cv2.BORDER_REPLICATE)
    image = np.asarray(moved, np.uint8)
    return camera_faults(image, rng) if rng.random() < options.camera else image
