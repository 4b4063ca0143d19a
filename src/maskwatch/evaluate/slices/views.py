"""One pass over labelled images: each is looked at in every way that the slices ask for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import shorter_side
from maskwatch.data.dataset import LabelledImage
from maskwatch.detections import Detections, MaskState
from maskwatch.evaluate.run import Detector
from maskwatch.evaluate.slices.corruptions import CORRUPTIONS
from maskwatch.evaluate.slices.face_colours import mask_colour, skin_tone
from maskwatch.evaluate.slices.occluders import OCCLUDERS, draw_occluder
from maskwatch.frames import Image

SMALLEST_OCCLUDED = 32
"""Pixels of a face's shorter side from which an occluder is drawn over it."""
_NOTHING = "nothing"
_UNMASKED = int(MaskState.without_mask)

Looked = tuple[LabelledImage, Detections]
"""An image, as stored or changed, with its labels, and what was found in it."""


class SliceViews:
    """What one pass over the images gives.

    Attributes:
        corrupted: for each corruption, all images.
        occluded: for each kind, the images with such faces; every other face is ignored there.
        mask_colour, skin_tone: of each labelled face in turn; an unmasked face has no mask.
    """

    def __init__(self) -> None:
        self.corrupted: list[list[Looked]] = [[] for _ in CORRUPTIONS]
        self.occluded: dict[str, list[Looked]] = {kind: [] for kind in (_NOTHING, *OCCLUDERS)}
        self.mask_colour: list[str] = []
        self.skin_tone: list[str] = []

    def predict_raw(
        self, detector: Detector, image: Image, labelled: LabelledImage, faces: Detections, seed: int
    ) -> None:
        """Look at one image in every way."""
        for box, state in zip(labelled.xyxy, labelled.class_id, strict=True):
            self.mask_colour.append(mask_colour(image, box) if state != _UNMASKED else "")
            self.skin_tone.append(skin_tone(image, box))
        for corruption, looked in zip(CORRUPTIONS, self.corrupted, strict=True):
            changed, labels = corruption(image, labelled)
            looked.append((labels, detector(changed)))
        unmasked = (labelled.class_id == _UNMASKED) & (shorter_side(labelled.xyxy) >= SMALLEST_OCCLUDED)
        if not unmasked.any():
            return
        labels = _only(labelled, unmasked)
        self.occluded[_NOTHING].append((labels, faces))
        for number, kind in enumerate(OCCLUDERS):
            rng, changed = np.random.default_rng([seed, number]), image
            for box in labels.xyxy:
                changed = draw_occluder(changed, box, kind, rng)
            self.occluded[kind].append((labels, detector(changed)))


def _only(labelled: LabelledImage, chosen: NDArray[np.bool_]) -> LabelledImage:
    ignore = np.concatenate([labelled.ignore, labelled.xyxy[~chosen]])
    return replace(labelled, xyxy=labelled.xyxy[chosen], class_id=labelled.class_id[chosen], ignore=ignore)
