"""Batches of face crops for ``model.fit``."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

from maskwatch.data.face_arrays import FaceArrays
from maskwatch.train.classifier.augment import FaceAugmentOptions, augmented
from maskwatch.train.classifier.options import ClassifierOptions


class FaceLoader(keras.utils.PyDataset):
    """Augmented batches for training: images float32 (B, S, S, 3) and labels int64 (B,).

    The same seed draws the same batches.

    Args:
        faces: the training faces.
        options: batch, balance, augmentation, seed.
        classes: number of states; the last one is ``without_mask``.
        epoch: number of epochs already done.
    """

    def __init__(self, faces: FaceArrays, options: ClassifierOptions, classes: int, epoch: int = 0) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=4)
        self._faces = faces
        self._options = options
        self._augment = FaceAugmentOptions(occluded=options.occluded)
        self._epoch = epoch
        self._unmasked = faces.labels == classes - 1
        weights = class_weights(faces.labels, classes)[faces.labels]
        self._share = weights / weights.sum() if options.balance == "sampling" else None
        self._order = self._drawn()

    def __len__(self) -> int:
        return -(-len(self._faces) // self._options.batch)

    def on_epoch_end(self) -> None:
        """Draw other samples, in another order, in the next epoch."""
        self._epoch += 1
        self._order = self._drawn()

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        rng = np.random.default_rng([self._options.seed, self._epoch, index])
        chosen = self._order[index * self._options.batch : (index + 1) * self._options.batch]
        images = [self._faces.images[i] for i in chosen]
        if self._options.augment:
            unmasked = self._unmasked[chosen].tolist()
            pairs = zip(images, unmasked, strict=True)
            images = [augmented(image, self._augment, rng, unmasked=flag) for image, flag in pairs]
        return np.stack(images).astype(np.float32), self._faces.labels[chosen]

    def _drawn(self) -> NDArray[np.int64]:
        rng = np.random.default_rng([self._options.seed, self._epoch])
        count = len(self._faces)
        if self._share is None:
            return rng.permutation(count)
        return rng.choice(count, count, p=self._share)


class PlainLoader(keras.utils.PyDataset):
    """Batches for validation: the faces in order, without augmentation."""

    def __init__(self, faces: FaceArrays, batch: int) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=2)
        self._faces = faces
        self._batch = batch

    def __len__(self) -> int:
        return -(-len(self._faces) // self._batch)

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        chosen = slice(index * self._batch, (index + 1) * self._batch)
        return self._faces.images[chosen].astype(np.float32), self._faces.labels[chosen]


def class_weights(labels: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    """float64 (C,): higher for rarer classes, 1 on average over the images, 0 for a class without images."""
    counts = np.bincount(labels, minlength=classes)
    present = counts > 0
    weights = np.zeros(classes)
    weights[present] = len(labels) / (present.sum() * counts[present])
    return weights
