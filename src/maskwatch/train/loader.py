"""Batches of augmented training samples; images with rare states are drawn more often."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import keras
import numpy as np
from numpy.typing import NDArray

from maskwatch.data.dataset import Dataset, LabelledImage
from maskwatch.data.pixels import labelled_pixels
from maskwatch.detections import MaskState
from maskwatch.frames import Image
from maskwatch.train.augment.crop import AugmentOptions, Example, TrainingSample
from maskwatch.train.augment.sample import training_sample

_CACHE_BYTES = 6_000_000_000
_FULL_IMAGE = (0.8, 1.15)
"""Longer side of a full image in a sample, as shares of its evaluation size."""

Batch = tuple[Image, NDArray[np.float32]]
"""Images uint8 (B, S, S, 3) and packed targets float32 (B, ROWS, COLUMNS)."""


@dataclass(frozen=True)
class LoaderOptions:
    """How batches are drawn.

    Attributes:
        size: side of the samples in pixels, a multiple of 32.
        batch: samples in a batch.
        steps: batches in an epoch.
        workers: threads that prepare batches.
        seed: random seed; the same seed draws the same batches.
        eval_size: longer side of the images in evaluation, in pixels.
        full_image_share: share of samples that show a full image at about that size, not a crop or a mosaic.
        clean_share: share of samples from images with tight boxes and labels for all three states; 0 draws all images
            by their sampling weights.
    """

    size: int = 320
    batch: int = 16
    steps: int = 250
    workers: int = 1
    seed: int = 0
    eval_size: int = 640
    full_image_share: float = 0.0
    clean_share: float = 0.0


def sampling_weights(dataset: Dataset, clean_share: float = 0.0) -> NDArray[np.float64]:
    """Probability of drawing each image: higher with rare states, lower with boxes that are not tight.

    Args:
        dataset: images.
        clean_share: what the images with tight boxes and labels for all three states sum to; 0 leaves it open.

    Returns:
        float64 (N,), summing to 1.
    """
    weights = np.array([_weight(image) for image in dataset])
    clean = np.array([image.boxes == "tight" and image.labels == "3class" for image in dataset])
    if clean_share and clean.any() and not clean.all():
        weights[clean] *= clean_share / weights[clean].sum()
        weights[~clean] *= (1 - clean_share) / weights[~clean].sum()
    return np.asarray(weights / weights.sum(), np.float64)


def _weight(labelled: LabelledImage) -> float:
    states = np.bincount(labelled.class_id, minlength=len(MaskState))
    weight = 1.0 + 2.0 * (states[MaskState.worn_incorrectly] > 0) + 0.7 * (states[MaskState.without_mask] > 0)
    weight *= 1.0 + 0.3 * math.log1p(len(labelled.class_id))
    return weight * {"tight": 1.0, "detector": 0.4, "loose": 0.4}[labelled.boxes]


class DetectionLoader(keras.utils.PyDataset):
    """Batches (images uint8 (B, S, S, 3), targets float32 (B, ROWS, COLUMNS)) for ``model.fit``.

    A batch depends only on the seed, the epoch and its number, so that a resumed run draws what it would have drawn.
    """

    def __init__(self, dataset: Dataset, options: LoaderOptions, augment: AugmentOptions, epoch: int = 0) -> None:
        super().__init__(workers=options.workers, use_multiprocessing=False, max_queue_size=8)
        self.options = options
        self.augment = augment
        self.epoch = epoch
        self._dataset = dataset
        self._weights = sampling_weights(dataset, options.clean_share)
        sides = (_FULL_IMAGE[0] * options.eval_size, _FULL_IMAGE[1] * options.eval_size)
        self._full_image = replace(augment, mosaic=0.0, zoom_on_face=0.0, image_sides=sides)
        self._images: dict[int, Image] = {}
        self._cached_bytes = 0

    def __len__(self) -> int:
        return self.options.steps

    def on_epoch_end(self) -> None:
        """Draw other samples in the next epoch."""
        self.epoch += 1

    def __getitem__(self, index: int) -> Batch:
        rng = np.random.default_rng([self.options.seed, self.epoch, index])
        samples = [self.sample(rng) for _ in range(self.options.batch)]
        return np.stack([image for image, _ in samples]), np.stack([targets.packed() for _, targets in samples])

    def sample(self, rng: np.random.Generator) -> TrainingSample:
        """One augmented sample with its targets."""
        augment = self._full_image if rng.random() < self.options.full_image_share else self.augment
        count = 4 if rng.random() < augment.mosaic else 1
        chosen = rng.choice(len(self._weights), size=count, p=self._weights)
        return training_sample([self._example(int(i)) for i in chosen], self.options.size, augment, rng)

    def _example(self, index: int) -> Example:
        labelled = self._dataset.images[index]
        image = self._images.get(index)
        if image is None:
            image = labelled_pixels(labelled)
            if self._cached_bytes < _CACHE_BYTES:
                self._images[index] = image
                self._cached_bytes += image.nbytes
        return image, labelled
