"""Random crops of labelled images: scaled, stretched and rotated, with their boxes."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from maskwatch.data.dataset import LabelledImage
from maskwatch.frames import Image
from maskwatch.train.targets import Role, Targets

_BOX_WEIGHTS = {"tight": 1.0, "detector": 0.5, "loose": 0.0}


@dataclass(frozen=True)
class AugmentOptions:
    """Strength and frequency of each augmentation of a detector's training images.

    Attributes:
        face_side: smallest size of a chosen face (its shorter side), in pixels; drawn log-uniformly from here ...
        face_share: ... up to this share of the sample's side.
        image_sides: range of the image's longer side, in pixels, if no face is chosen.
        zoom_on_face: share of crops around a chosen face.
        mosaic: share of samples that are mosaics of four crops.
        max_enlargement: largest scale from stored to training pixels.
        least_content: smallest ratio of the image's longer side to the crop's, which limits the grey area.
        stretch: largest change of the aspect ratio, as a factor.
        smallest_face: smallest size of a face (its shorter side), in pixels; smaller ones become ignored regions.
        tilt_prob: share of crops rotated by up to ``tilt`` degrees to either side.
        full_rotation_prob: share of crops rotated by any angle.
        occluded: share of unmasked faces of at least ``occluded_face`` pixels with an object drawn over the mouth.
        frame_prob: share of faces of at least ``occluded_face`` pixels with a drawn frame, as other detectors draw it.
    """

    face_side: float = 9.0
    face_share: float = 0.95
    image_sides: tuple[float, float] = (240.0, 900.0)
    zoom_on_face: float = 0.5
    mosaic: float = 0.5
    max_enlargement: float = 3.5
    least_content: float = 0.8
    stretch: float = 1.15
    smallest_face: float = 6.0
    tilt_prob: float = 0.35
    tilt: float = 25.0
    full_rotation_prob: float = 0.04
    occluded: float = 0.4
    occluded_face: float = 20.0
    frame_prob: float = 0.08


Example = tuple[Image, LabelledImage]
"""A stored image, RGB uint8 (H, W, 3), with its labels."""
TrainingSample = tuple[Image, Targets]
"""An augmented crop, RGB uint8 (S, S, 3), with its targets."""


def targets_of(labelled: LabelledImage) -> Targets:
    """The labelled faces and ignored regions of a stored image, in pixels of that image."""
    faces, ignored = len(labelled.xyxy), len(labelled.ignore)
    n = faces + ignored
    return Targets(
        xyxy=np.concatenate([labelled.xyxy, labelled.ignore]),
        role=np.array([Role.face] * faces + [Role.ignore] * ignored, np.int64),
        state=np.concatenate([labelled.class_id, np.zeros(ignored, np.int64)]),
        box_weight=np.full(n, _BOX_WEIGHTS[labelled.boxes], np.float32),
        two_class=np.full(n, labelled.labels == "2class"),
    )


def random_crop(
    example: Example, shape: tuple[int, int], options: AugmentOptions, rng: np.random.Generator, shrink: float = 1.0
) -> TrainingSample:
    """A crop at a random scale and place, grey outside the image.

    Args:
        example: the image.
        shape: height and width of the crop in pixels.
        options: strength of the augmentation.
        rng: random generator.
        shrink: additional factor of the scale.
    """
    stored, labelled = example
    targets = targets_of(labelled)
    height, width = shape
    face = _chosen_face(labelled, options, rng)
    sides = options.image_sides if face is None else (options.face_side, options.face_share * max(shape))
    scale = _scale(labelled, face, sides, rng) * shrink
    scale = max(scale, options.least_content * max(shape) / max(labelled.width, labelled.height))
    scale = min(scale, options.max_enlargement)
    stretch = options.stretch ** rng.uniform(-1, 1)
    scale_x, scale_y = scale * stretch, scale / stretch
    left = _offset(labelled.width * scale_x, width, None if face is None else face[[0, 2]] * scale_x, rng)
    top = _offset(labelled.height * scale_y, height, None if face is None else face[[1, 3]] * scale_y, rng)
    rotation = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), _angle(options, rng), 1.0), np.float64)
    matrix = rotation @ np.array([[scale_x, 0, -left], [0, scale_y, -top], [0, 0, 1]], np.float64)
    source = _antialiased(stored, scale, matrix)
    grey = int(rng.integers(0, 256)) if rng.random() < 0.3 else 127
    image = cv2.warpAffine(
        source, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(grey,) * 3
    )
    moved = targets.xyxy * np.array([scale_x, scale_y] * 2, np.float32) - np.array([left, top] * 2, np.float32)
    return np.asarray(image, np.uint8), _visible(_rotated(moved, rotation), targets, width, height, options)


def _angle(options: AugmentOptions, rng: np.random.Generator) -> float:
    """Rotation in degrees; most crops stay upright."""
    chance = rng.random()
    if chance < options.full_rotation_prob:
        return float(rng.uniform(-180, 180))
    if chance < options.full_rotation_prob + options.tilt_prob:
        return float(rng.uniform(-options.tilt, options.tilt))
    return 0.0


def _rotated(xyxy: NDArray[np.float32], rotation: NDArray[np.float64]) -> NDArray[np.float32]:
    """Bounding boxes of the rotated ellipses inscribed in the boxes: a face has no corners."""
    centre, half = (xyxy[:, :2] + xyxy[:, 2:]) / 2, (xyxy[:, 2:] - xyxy[:, :2]) / 2
    centre = centre @ rotation[:, :2].T + rotation[:, 2]
    half = np.sqrt(half**2 @ (rotation[:, :2] ** 2).T)
    return np.concatenate([centre - half, centre + half], axis=1).astype(np.float32)


def _chosen_face(
    labelled: LabelledImage, options: AugmentOptions, rng: np.random.Generator
) -> NDArray[np.float32] | None:
    if not len(labelled.xyxy) or rng.random() >= options.zoom_on_face:
        return None
    return labelled.xyxy[rng.integers(len(labelled.xyxy))]


def _scale(
    labelled: LabelledImage, face: NDArray[np.float32] | None, sides: tuple[float, float], rng: np.random.Generator
) -> float:
    """A scale at which the face's shorter side, or the image's longer side, has a random length within ``sides``."""
    wanted = float(np.exp(rng.uniform(*np.log(sides))))
    if face is None:
        return wanted / max(labelled.width, labelled.height)
    return wanted / float(max((face[2:] - face[:2]).min(), 1.0))


def _offset(content: float, window: int, face: NDArray[np.float32] | None, rng: np.random.Generator) -> float:
    """Start of the crop on the scaled image, along one axis: around the chosen face, else anywhere on the image."""
    slack = content - window
    if face is None:
        return float(rng.uniform(min(slack, 0), max(slack, 0)))
    low, high = sorted((float(face[1]) - window, float(face[0])))
    if slack > 0:
        low, high = max(low, 0.0), min(high, slack)
    return float(rng.uniform(min(low, high), max(low, high)))


def _antialiased(stored: Image, scale: float, matrix: NDArray[np.float64]) -> Image:
    """Halve the image until the warp shrinks it by less than two; changes ``matrix`` to match."""
    while scale < 0.6 and min(stored.shape[:2]) > 8:
        height, width = stored.shape[:2]
        stored = np.asarray(cv2.resize(stored, (width // 2, height // 2), interpolation=cv2.INTER_LINEAR), np.uint8)
        matrix[:, 0] *= width / (width // 2)
        matrix[:, 1] *= height / (height // 2)
        scale *= 2
    return stored


def _visible(moved: NDArray[np.float32], targets: Targets, width: int, height: int, options: AugmentOptions) -> Targets:
    """Boxes clipped to the crop; faces that are mostly outside or too small become ignored regions."""
    clipped = moved.copy()
    clipped[:, 0::2] = np.clip(moved[:, 0::2], 0, width)
    clipped[:, 1::2] = np.clip(moved[:, 1::2], 0, height)
    size, full_size = clipped[:, 2:] - clipped[:, :2], moved[:, 2:] - moved[:, :2]
    visible = size.prod(axis=1) / np.maximum(full_size.prod(axis=1), 1e-6)
    unfit = (visible < 0.6) | (size.min(axis=1, initial=np.inf) < options.smallest_face)
    role = np.where(unfit, Role.ignore, targets.role)
    inside = (visible > 0.05) & (size.min(axis=1, initial=np.inf) >= 1)
    return Targets(clipped, role, targets.state, targets.box_weight, targets.two_class)[inside]
