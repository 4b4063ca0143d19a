"""Images for people and for checks: what training sees, and real inputs of the network."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from PIL import Image as PilImage

from maskwatch.boxes import Letterbox
from maskwatch.data.dataset import Dataset
from maskwatch.data.pixels import labelled_pixels
from maskwatch.detect.card import ModelCard
from maskwatch.detect.single_shot import network_input
from maskwatch.detections import MaskState
from maskwatch.frames import Image
from maskwatch.styles import STYLES
from maskwatch.train.augment.crop import Sample
from maskwatch.train.loader import DetectionLoader
from maskwatch.train.targets import Role

_COLUMNS, _ROWS = 6, 4
_IGNORED = (150, 150, 150)


def draw_samples(loader: DetectionLoader, path: Path, seed: int) -> None:
    """A sheet of augmented samples with the boxes that are learnt (coloured by state) or ignored (grey)."""
    rng = np.random.default_rng([seed, 2**31])
    tiles = [_drawn(loader.sample(rng)) for _ in range(_COLUMNS * _ROWS)]
    rows = [np.concatenate(tiles[i : i + _COLUMNS], axis=1) for i in range(0, len(tiles), _COLUMNS)]
    PilImage.fromarray(np.concatenate(rows)).save(path)


def _drawn(sample: Sample) -> Image:
    image, targets = sample
    for box, role, state in zip(targets.xyxy, targets.role, targets.state, strict=True):
        color = STYLES[MaskState(int(state))].colour if role == Role.face else _IGNORED
        left, top, right, bottom = (round(float(value)) for value in box)
        cv2.rectangle(image, (left, top), (right, bottom), color, 1)
    return image


def network_inputs(dataset: Dataset, card: ModelCard, limit: int) -> list[Image]:
    """Up to ``limit`` images of a data set as the network sees them, spread over the whole set."""
    chosen = list(dataset)[:: max(1, len(dataset) // limit)][:limit]
    images = [labelled_pixels(labelled) for labelled in chosen]
    boxes = [Letterbox.fit(image.shape[1], image.shape[0], card.imgsz, card.multiple) for image in images]
    return [network_input(image, box) for image, box in zip(images, boxes, strict=True)]
