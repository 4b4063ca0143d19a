"""What a classifier's training sees: faces turned, moved, mirrored, and taken by a worse camera."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from maskwatch.frames import Image
from maskwatch.train.augment import camera_faults


@dataclass(frozen=True)
class FaceAugmentOptions:
    """How far training samples differ from the stored pictures.

    Attributes:
        rotation: largest angle, in degrees.
        shear: largest horizontal shift of a row, as a share of its distance from the middle.
        shift: largest, as a share of the side.
        zoom: largest change of scale, as a factor.
        camera: share of samples with faults of light, colour, focus, noise or JPEG.
    """

    rotation: float = 20.0
    shear: float = 0.15
    shift: float = 0.1
    zoom: float = 1.2
    camera: float = 0.7


def augmented(face: Image, options: FaceAugmentOptions, rng: np.random.Generator) -> Image:
    """A changed copy of a face, uint8 (S, S, 3); what lies outside repeats the border."""
    size = face.shape[0]
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
