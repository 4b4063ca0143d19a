"""The first phase of fine-tuning: only the new layers learn, on features that are computed once."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from maskwatch.data.face_arrays import FaceArrays
from maskwatch.train.classifier.loader import class_weights
from maskwatch.train.classifier.networks import FEATURES
from maskwatch.train.classifier.options import ClassifierOptions

_RATE = 1e-3


def train_head(
    network: keras.Model,
    train: FaceArrays,
    val: FaceArrays,
    options: ClassifierOptions,
    callbacks: Callable[[], list[keras.callbacks.Callback]],
) -> None:
    """Train what comes after the features, with Adam and early stopping, and put it back into ``network``.

    Args:
        network: from `build_classifier`.
        train: faces to learn, not augmented.
        val: faces that tell when to stop.
        options: batch, rounds, patience, balance.
        callbacks: further ones for the head's own ``fit``.
    """
    classes = network.output_shape[-1]
    extractor = keras.Model(network.input, network.get_layer(FEATURES).output)
    features, val_features = (_features(extractor, faces.images) for faces in (train, val))
    head = _copied_head(network, features.shape[1:])
    head.compile(keras.optimizers.Adam(_RATE), keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    weights = class_weights(train.labels, classes)
    stop = keras.callbacks.EarlyStopping("val_loss", patience=options.patience, restore_best_weights=True)
    head.fit(
        features,
        train.labels,
        validation_data=(val_features, val.labels),
        epochs=options.head_epochs,
        batch_size=options.batch,
        class_weight=dict(enumerate(weights)) if options.balance != "none" else None,
        callbacks=[stop, *callbacks()],
        verbose=0,
    )
    for layer in head.layers:
        network.get_layer(layer.name).set_weights(layer.get_weights())


def _copied_head(network: keras.Model, shape: tuple[int, ...]) -> keras.Model:
    names = [layer.name for layer in network.layers]
    after = network.layers[names.index(FEATURES) + 1 :]
    head = keras.Sequential([layers.Input(shape), *(type(layer).from_config(layer.get_config()) for layer in after)])
    for layer in after:
        head.get_layer(layer.name).set_weights(layer.get_weights())
    return head


def _features(extractor: keras.Model, images: NDArray[np.uint8], batch: int = 32) -> NDArray[np.float32]:
    parts = [
        np.asarray(extractor(images[i : i + batch].astype(np.float32), training=False))
        for i in range(0, len(images), batch)
    ]
    return np.concatenate(parts)
