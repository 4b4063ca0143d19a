"""The detections that the slices need, from one pass over the images: as stored, degraded, and with occluders drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import shorter_side
from maskwatch.data.dataset import LabelledImage
from maskwatch.detections import Detections, MaskState
from maskwatch.evaluate.detection import DetectFaces
from maskwatch.evaluate.slices.corruptions import CORRUPTIONS
from maskwatch.evaluate.slices.face_colours import mask_colour, skin_tone
from maskwatch.evaluate.slices.occluders import OCCLUDERS, draw_occluder
from maskwatch.frames import Image

SMALLEST_OCCLUDED = 32
"""Occluders are drawn over faces whose shorter side has at least this many pixels."""
_NOTHING = "nothing"
_UNMASKED = int(MaskState.without_mask)

Prediction = tuple[LabelledImage, Detections]
"""An image, as stored or changed, with its labels, and the detections in it."""


class SlicePredictions:
    """Collects detections and face colours, image by image.

    Attributes:
        corrupted: for each corruption, all images.
        occluded: for each occluder, the images with unmasked faces; all other faces are ignore regions there.
        mask_colour, skin_tone: of each labelled face in turn; "" for the mask of an unmasked face.
    """

    def __init__(self) -> None:
        self.corrupted: list[list[Prediction]] = [[] for _ in CORRUPTIONS]
        self.occluded: dict[str, list[Prediction]] = {kind: [] for kind in (_NOTHING, *OCCLUDERS)}
        self.mask_colour: list[str] = []
        self.skin_tone: list[str] = []

    def add(self, detector: DetectFaces, image: Image, labelled: LabelledImage, faces: Detections, seed: int) -> None:
        """Run the detector on all versions of one image.

        Args:
            detector: takes an image, returns its faces.
            image: RGB uint8 (H, W, 3).
            labelled: its labels.
            faces: the detections in the image as stored.
            seed: of the occluders.
        """
        for box, state in zip(labelled.xyxy, labelled.class_id, strict=True):
            self.mask_colour.append(mask_colour(image, box) if state != _UNMASKED else "")
            self.skin_tone.append(skin_tone(image, box))
        for corruption, predictions in zip(CORRUPTIONS, self.corrupted, strict=True):
            changed, labels = corruption(image, labelled)
            predictions.append((labels, detector(changed)))
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
