"""Faces cut out of images, to be pasted into clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import intersection, shorter_side
from maskwatch.data import Dataset, LabelledImage, read_dataset
from maskwatch.data.pixels import labelled_pixels
from maskwatch.demo import demo_images
from maskwatch.detections import MaskState
from maskwatch.frames import Image

MARGIN = 0.3
"""So much of the box is kept on each side, for hair, ears and chin."""
LEAST_FACE = 56
"""Shorter side of the boxes used, pixels: pasted faces are not blown up much."""
SIZE = 128
"""Height of a cutout's face box, pixels; cutouts are kept at this scale."""


@dataclass(frozen=True)
class Cutout:
    """A face with some of its surroundings, that fades out towards the edge.

    Attributes:
        image: RGB float32 (H, W, 3).
        alpha: float32 (H, W), 0..1.
        face: width and height of the face box, which lies in the middle.
        state: how the mask is worn.
    """

    image: NDArray[np.float32]
    alpha: NDArray[np.float32]
    face: tuple[float, float]
    state: MaskState


@dataclass(frozen=True)
class Material:
    """What clips are made of.

    Attributes:
        faces: cutouts by state.
        grounds: images to blur into backgrounds.
    """

    faces: dict[MaskState, list[Cutout]]
    grounds: list[Image]


def cut(image: Image, xyxy: Sequence[float], state: MaskState) -> Cutout:
    """The face in the box, scaled so that the box is `SIZE` pixels high."""
    x_min, y_min, x_max, y_max = xyxy
    width, height = x_max - x_min, y_max - y_min
    left, top = round(x_min - MARGIN * width), round(y_min - MARGIN * height)
    right, bottom = round(x_max + MARGIN * width), round(y_max + MARGIN * height)
    scale = SIZE / height
    size = (round((right - left) * scale), round((bottom - top) * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    part = cv2.resize(image[top:bottom, left:right], size, interpolation=how)
    y, x = np.mgrid[-1 : 1 : size[1] * 1j, -1 : 1 : size[0] * 1j]
    alpha = np.clip((1 - np.hypot(x, y)) / 0.15, 0, 1)
    return Cutout(part.astype(np.float32), alpha.astype(np.float32), (width * scale, SIZE), state)


def material(folder: Path | None, split: str) -> Material:
    """Cutouts from labelled images, or from the demonstration images where there are none."""
    return demo_material() if folder is None else dataset_material(read_dataset(folder).split(split))


def dataset_material(dataset: Dataset) -> Material:
    """Every clear face that stands alone."""
    faces: dict[MaskState, list[Cutout]] = {state: [] for state in MaskState}
    grounds = []
    for photo in dataset.images:
        chosen = _clear_faces(photo)
        if len(chosen) or len(grounds) < 10:
            image = labelled_pixels(photo)
            grounds.append(image)
            for index in chosen:
                state = MaskState(int(photo.class_id[index]))
                faces[state].append(cut(image, photo.xyxy[index].tolist(), state))
    return Material(faces, grounds)


def _clear_faces(image: LabelledImage) -> NDArray[np.intp]:
    if not len(image.xyxy) or image.labels != "3class" or image.boxes != "tight":
        return np.zeros(0, np.intp)
    size = np.tile(image.xyxy[:, 2:] - image.xyxy[:, :2], 2)
    wide = image.xyxy + MARGIN * size * [-1, -1, 1, 1]
    inside = (wide >= 0).all(axis=1) & (wide <= [image.width, image.height] * 2).all(axis=1)
    others = np.concatenate([image.xyxy, image.ignore])
    alone = (intersection(wide.astype(np.float32), others) > 0).sum(axis=1) == 1
    return np.flatnonzero(inside & alone & (shorter_side(image.xyxy) >= LEAST_FACE))


def demo_material() -> Material:
    """The demonstration portraits in each state: plain, mirrored, darker and warmer."""
    faces: dict[MaskState, list[Cutout]] = {state: [] for state in MaskState}
    for photo in demo_images()[:3]:
        for tint in ((1, 1, 1), (0.75, 0.75, 0.8), (1.05, 0.95, 0.85)):
            image = np.clip(photo.image * np.array(tint), 0, 255).astype(np.uint8)
            x_min, y_min, x_max, y_max = photo.xyxy[0].tolist()
            faces[photo.states[0]].append(cut(image, (x_min, y_min, x_max, y_max), photo.states[0]))
            mirrored = (512 - x_max, y_min, 512 - x_min, y_max)
            faces[photo.states[0]].append(cut(image[:, ::-1], mirrored, photo.states[0]))
    gradient = np.tile(np.linspace(90, 170, 640)[None, :, None], (360, 1, 3)).astype(np.uint8)
    return Material(faces, [gradient])
