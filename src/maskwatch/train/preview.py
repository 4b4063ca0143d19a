"""Preview of the training data: a sheet of augmented samples with their targets."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from PIL import Image as PilImage

from maskwatch.detections import MaskState
from maskwatch.files import replacing
from maskwatch.frames import Image
from maskwatch.styles import STYLES
from maskwatch.train.augment.crop import TrainingSample
from maskwatch.train.loader import DetectionLoader
from maskwatch.train.targets import Role

_COLUMNS, _ROWS = 6, 4
_IGNORED = (150, 150, 150)


def draw_samples(loader: DetectionLoader, path: Path, seed: int) -> None:
    """Draw augmented samples with the boxes of faces (colour of the state) and of ignored regions (grey), as PNG."""
    rng = np.random.default_rng([seed, 2**31])
    tiles = [_drawn(loader.sample(rng)) for _ in range(_COLUMNS * _ROWS)]
    rows = [np.concatenate(tiles[i : i + _COLUMNS], axis=1) for i in range(0, len(tiles), _COLUMNS)]
    with replacing(path) as part:
        PilImage.fromarray(np.concatenate(rows)).save(part)


def _drawn(sample: TrainingSample) -> Image:
    image, targets = sample
    for box, role, state in zip(targets.xyxy, targets.role, targets.state, strict=True):
        color = STYLES[MaskState(int(state))].colour if role == Role.face else _IGNORED
        left, top, right, bottom = (round(float(value)) for value in box)
        cv2.rectangle(image, (left, top), (right, bottom), color, 1)
    return image
