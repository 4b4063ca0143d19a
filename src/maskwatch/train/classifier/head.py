"""The first phase of fine-tuning: only the new layers learn, on features that are computed once."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from maskwatch.data.face_arrays import FaceArrays
from maskwatch.train.classifier.loader import class_weights
from maskwatch.train.classifier.networks import FEATURES
from maskwatch.train.classifier.options import ClassifierOptions
from maskwatch.train.classifier.schedule import compile_classifier

_RATE = 1e-3
CHUNK = 512
"""Images that are turned into float32 at a time."""

Examples = tuple[NDArray[np.float32], NDArray[np.int64]]


def train_head(
    network: keras.Model,
    train: FaceArrays,
    val: FaceArrays,
    options: ClassifierOptions,
    callbacks: list[keras.callbacks.Callback],
) -> None:
    """Train what comes after the features, with Adam and early stopping, and put it back into ``network``.

    Args:
        network: from `build_classifier`.
        train: faces to learn, not augmented.
        val: faces that tell when to stop.
        options: batch, rounds, patience, balance.
        callbacks: further ones for the head's own ``fit``.
    """
    features, val_features = (face_features(network, faces.images) for faces in (train, val))
    fit_head(network, (features, train.labels), (val_features, val.labels), options, callbacks)


def face_features(network: keras.Model, images: NDArray[np.uint8], batch: int = 32) -> NDArray[np.float32]:
    """What the head of ``network`` sees, float32 (N, F), of faces uint8 (N, S, S, 3)."""
    extractor = keras.Model(network.input, network.get_layer(FEATURES).output)
    extractor.compile(jit_compile=False)
    chunks = [images[i : i + CHUNK] for i in range(0, len(images), CHUNK)]
    return np.concatenate([extractor.predict(c.astype(np.float32), batch_size=batch, verbose=0) for c in chunks])


def fit_head(
    network: keras.Model,
    train: Examples,
    val: Examples,
    options: ClassifierOptions,
    callbacks: list[keras.callbacks.Callback],
) -> keras.Model:
    """Train the head on features float32 (N, F) and labels int64 (N,), and put it back into ``network``.

    Returns:
        The head alone, from features to probabilities (N, C).
    """
    head = _copied_head(network, train[0].shape[1:])
    compile_classifier(head, keras.optimizers.Adam(_RATE))
    weights = class_weights(train[1], network.output_shape[-1])
    stop = keras.callbacks.EarlyStopping("val_loss", patience=options.patience, restore_best_weights=True)
    head.fit(
        *train,
        validation_data=val,
        epochs=options.head_epochs,
        batch_size=options.batch,
        class_weight=dict(enumerate(weights)) if options.balance != "none" else None,
        callbacks=[stop, *callbacks],
        verbose=0,
    )
    for layer in head.layers:
        network.get_layer(layer.name).set_weights(layer.get_weights())
    return head


def _copied_head(network: keras.Model, shape: tuple[int, ...]) -> keras.Model:
    names = [layer.name for layer in network.layers]
    after = network.layers[names.index(FEATURES) + 1 :]
    head = keras.Sequential([layers.Input(shape), *(type(layer).from_config(layer.get_config()) for layer in after)])
    for layer in after:
        head.get_layer(layer.name).set_weights(layer.get_weights())
    return head
