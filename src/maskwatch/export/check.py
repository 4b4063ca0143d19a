"""Does the exported file say what the trained network says? Both are run on the same images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from maskwatch.detect.devices import RuntimeOptions
from maskwatch.detect.session import OnnxSession
from maskwatch.frames import Image

if TYPE_CHECKING:
    import keras

_LIKELY = 0.01


@dataclass(frozen=True)
class ExportCheck:
    """Largest differences between the exported file and the trained network on the same images.

    Attributes:
        boxes: in input pixels, over the locations with a face score of at least 0.01.
        face_scores, state_scores: absolute, over all locations.
        images: how many were compared.
    """

    boxes: float
    face_scores: float
    state_scores: float
    images: int


def check_export(network: keras.Model, path: Path, images: Sequence[Image]) -> ExportCheck:
    """Compare the exported file with the network on images (RGB uint8, sides multiples of the card's)."""
    from keras import ops

    from maskwatch.networks.inference import build_inference

    session, model = OnnxSession(path, RuntimeOptions(threads=1)), build_inference(network)
    worst = np.zeros(3)
    for image in images:
        exported = session.run(image)
        boxes, face_scores, state_scores = (
            ops.convert_to_numpy(output) for output in model(image[None], training=False)
        )
        likely = face_scores >= _LIKELY
        pairs = (
            (exported.xyxy[likely], boxes[likely]),
            (exported.face_score, face_scores),
            (exported.state_scores, state_scores),
        )
        worst = np.maximum(worst, [np.abs(a - b).max(initial=0) for a, b in pairs])
    return ExportCheck(float(worst[0]), float(worst[1]), float(worst[2]), len(images))
