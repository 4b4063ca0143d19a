"""The two phases of a classifier's training: the new layers on a pretrained base (the head) alone, then all layers."""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from maskwatch.data.face_arrays import FaceArrays
from maskwatch.train.classifier.applications import FEATURES, base_of, unfreeze
from maskwatch.train.classifier.callbacks import OnProgress, RecordHistory, ScheduleAndCheckpoint
from maskwatch.train.classifier.loader import FaceLoader, PlainLoader, class_weights
from maskwatch.train.classifier.options import ClassifierOptions
from maskwatch.train.classifier.schedule import FINE_TUNING_RATE, RATE, build_optimizer, compile_classifier
from maskwatch.train.classifier.weights import load_weights
from maskwatch.train.run_folder import History, RunFolder

_HEAD_RATE = 1e-3
CHUNK = 512
"""Images that are converted to float32 at a time."""

Features = tuple[NDArray[np.float32], NDArray[np.int64]]
"""Features float32 (N, F) and labels int64 (N,)."""


@dataclass(frozen=True)
class ClassifierRun:
    """How one network is trained.

    Attributes:
        options: settings of the run.
        folder: for network, history and checkpoint.
        weights: initial weights, resolved: not "auto".
        resume: continue from the folder's checkpoint, if there is one.
        on_progress: called after every batch and every epoch.
    """

    options: ClassifierOptions
    folder: RunFolder
    weights: str
    resume: bool = False
    on_progress: OnProgress = lambda _: None

    @property
    def has_new_head(self) -> bool:
        """Whether random layers follow a pretrained base, and should be trained first."""
        return self.weights == "imagenet" or self.weights.endswith(".npz")

    @property
    def rate(self) -> float:
        """Learning rate of the first epoch."""
        pretrained = self.has_new_head or (self.weights != "none" and self.options.arch != "face")
        return self.options.learning_rate or (FINE_TUNING_RATE if pretrained else RATE)


def fit_phases(network: keras.Model, train: FaceArrays, val: FaceArrays, run: ClassifierRun) -> ScheduleAndCheckpoint:
    """Train ``network`` or, to resume, its remaining epochs, and save the best epoch in the run's folder.

    Raises:
        ModelError: when the initial weights cannot be used.
    """
    options, folder = run.options, run.folder
    optimizer = build_optimizer(options, run.rate)
    if run.resume and folder.has_checkpoint:
        optimizer.build(network.trainable_variables)
        rows = folder.load_checkpoint(network, optimizer)["rows"]
    else:
        load_weights(network, options.arch, run.weights)
        rows = []
        if run.has_new_head:
            _head_phase(network, train, val, run, rows)
    callback = ScheduleAndCheckpoint(options, folder, rows, run.on_progress, first_rate=run.rate)
    compile_classifier(network, optimizer)
    if not callback.ended:
        done = sum(not row["head_only"] for row in rows)
        weights = class_weights(train.labels, network.output_shape[-1])
        network.fit(
            FaceLoader(train, options, len(weights), done),
            validation_data=PlainLoader(val, options.batch),
            initial_epoch=done,
            epochs=options.epochs,
            class_weight=dict(enumerate(weights)) if options.balance == "weights" else None,
            callbacks=[callback],
            shuffle=False,  # the loader shuffles
            verbose=0,
        )
    return callback


def _head_phase(network: keras.Model, train: FaceArrays, val: FaceArrays, run: ClassifierRun, rows: History) -> None:
    """Train the head on a frozen base, and save the network as the best so far."""
    base_of(network).trainable = False
    callback = RecordHistory(run.options, run.folder, rows, run.on_progress, head_only=True)
    features, val_features = (face_features(network, faces.images) for faces in (train, val))
    fit_head(network, (features, train.labels), (val_features, val.labels), run.options, [callback])
    unfreeze(network)
    run.folder.save_network(network)


def face_features(network: keras.Model, images: NDArray[np.uint8], batch: int = 32) -> NDArray[np.float32]:
    """Input of the network's head, float32 (N, F), for faces uint8 (N, S, S, 3)."""
    extractor = keras.Model(network.input, network.get_layer(FEATURES).output)
    extractor.compile(jit_compile=False)
    chunks = [images[i : i + CHUNK] for i in range(0, len(images), CHUNK)]
    return np.concatenate([extractor.predict(c.astype(np.float32), batch_size=batch, verbose=0) for c in chunks])


def fit_head(
    network: keras.Model,
    train: Features,
    val: Features,
    options: ClassifierOptions,
    callbacks: list[keras.callbacks.Callback],
) -> keras.Model:
    """Train the head of ``network`` on precomputed features, with Adam and early stopping.

    Args:
        network: from `build_classifier`; receives the trained weights.
        train: features and labels for training, not augmented.
        val: features and labels for early stopping.
        options: batch, head epochs, patience, balance.
        callbacks: further ones for ``fit``.

    Returns:
        The head alone, from features (N, F) to probabilities (N, C).
    """
    head = _copied_head(network, train[0].shape[1:])
    compile_classifier(head, keras.optimizers.Adam(_HEAD_RATE))
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
