"""Training samples: crops and mosaics with occluders, drawn frames and image degradations, and their targets."""

from __future__ import annotations

import numpy as np

from maskwatch.detections import MaskState
from maskwatch.frames import Image
from maskwatch.train.augment.crop import AugmentOptions, Example, TrainingSample, random_crop
from maskwatch.train.augment.degradations import degrade
from maskwatch.train.augment.drawn_frames import draw_frame
from maskwatch.train.augment.occlusion import occlude
from maskwatch.train.targets import Role, Targets


def training_sample(
    examples: list[Example], size: int, options: AugmentOptions, rng: np.random.Generator
) -> TrainingSample:
    """One training sample of ``size`` x ``size`` pixels from one image, or a mosaic of four.

    Args:
        examples: one or four.
        size: side of the sample in pixels.
        options: strength of the augmentation.
        rng: random generator.
    """
    if len(examples) == 1:
        image, targets = random_crop(examples[0], (size, size), options, rng)
    else:
        image, targets = _mosaic(examples, size, options, rng)
    if rng.random() < 0.5:
        image, targets = _mirror(image, targets)
    return degrade(_with_drawings(image, targets, options, rng), rng), targets


def _with_drawings(image: Image, targets: Targets, options: AugmentOptions, rng: np.random.Generator) -> Image:
    """Some unmasked faces with an object over the mouth, and some faces with a drawn frame; states stay the same."""
    large = (targets.xyxy[:, 2:] - targets.xyxy[:, :2]).min(axis=1, initial=np.inf) >= options.occluded_face
    for index in np.flatnonzero((targets.role == Role.face) & large):
        if targets.state[index] == MaskState.without_mask and rng.random() < options.occluded:
            image = occlude(image, targets.xyxy[index], np.delete(targets.xyxy, index, axis=0), rng)
        if rng.random() < options.frame_prob:
            image = draw_frame(image, targets.xyxy[index], rng)
    return image


def _mosaic(examples: list[Example], size: int, options: AugmentOptions, rng: np.random.Generator) -> TrainingSample:
    """Four crops around a random centre (Bochkovskiy et al., YOLOv4, 2020)."""
    x, y = (int(v) for v in rng.uniform(0.35, 0.65, 2) * size)
    cells = ((0, 0, x, y), (x, 0, size, y), (0, y, x, size), (x, y, size, size))
    canvas = np.empty((size, size, 3), np.uint8)
    joined: Targets | None = None
    for example, (x1, y1, x2, y2) in zip(examples, cells, strict=True):
        image, targets = random_crop(example, (y2 - y1, x2 - x1), options, rng, shrink=0.6)
        canvas[y1:y2, x1:x2] = image
        targets.xyxy[:] += np.array([x1, y1, x1, y1], np.float32)
        joined = targets if joined is None else joined.joined(targets)
    assert joined is not None
    return canvas, joined


def _mirror(image: Image, targets: Targets) -> TrainingSample:
    flipped = targets.xyxy.copy()
    flipped[:, [0, 2]] = image.shape[1] - targets.xyxy[:, [2, 0]]
    return (
        np.ascontiguousarray(image[:, ::-1]),
        Targets(flipped, targets.role, targets.state, targets.box_weight, targets.two_class),
    )
