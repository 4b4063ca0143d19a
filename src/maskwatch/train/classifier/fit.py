"""Training of a classifier from class folders to model file: the whole recipe in one readable function."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from maskwatch.data.face_arrays import FaceArrays, read_faces
from maskwatch.evaluate.classification.metrics import ClassificationReport
from maskwatch.train.classifier.cost import Cost
from maskwatch.train.classifier.finish import RunFacts, finish_run
from maskwatch.train.classifier.head import train_head
from maskwatch.train.classifier.loader import FaceLoader, class_weights
from maskwatch.train.classifier.networks import base_of, build_classifier, default_size
from maskwatch.train.classifier.options import ClassifierOptions
from maskwatch.train.classifier.splits import face_splits
from maskwatch.train.classifier.weights import load_weights, resolved_weights
from maskwatch.train.progress import Progress
from maskwatch.train.run_folder import RunFolder

_RATE, _FINE_TUNING_RATE = 1e-3, 1e-5

Report = Callable[[Progress], None]


@dataclass(frozen=True)
class ClassifierResult:
    """What a training ended with.

    Attributes:
        folder: of the run.
        epoch: the one with the lowest validation loss.
        report: on the test pictures, or on the validation pictures where there are none.
        judged_on: "test" or "val".
        cost: time, memory, bytes.
        problems: one line for each picture or folder that was left out.
    """

    folder: Path
    epoch: int
    report: ClassificationReport
    judged_on: str
    cost: Cost
    problems: list[str]


def _silent(_: Progress) -> None:
    pass


def train_classifier(options: ClassifierOptions, folder: RunFolder, *, report: Report = _silent) -> ClassifierResult:
    """Train, keep the epoch with the lowest validation loss, judge it on the test pictures, and export it.

    Args:
        options: the settings; the same settings and seed draw the same samples.
        folder: where everything is written.
        report: is told how far it is.

    Raises:
        DataError: when the data cannot be used.
        ModelError: when the weights to start from cannot.
        UsageError: when the architecture is not known.
    """
    began = time.monotonic(), time.process_time()
    keras.utils.set_random_seed(options.seed)
    size = options.size or default_size(options.arch)
    weights = resolved_weights(options.arch, options.weights)
    splits = face_splits(options)
    problems = splits.problems
    train, val = (read_faces(faces, splits.classes, size, problems) for faces in (splits.train, splits.val))
    test = read_faces(splits.test, splits.classes, size, problems) if splits.test else None
    network = build_classifier(options.arch, size, len(splits.classes), pretrained=weights != "none")
    load_weights(network, options.arch, weights)
    keeper = _Keeper(options, folder, report)
    fresh_head = weights == "imagenet" or weights.endswith(".npz")
    if fresh_head:
        base_of(network).trainable = False
        train_head(network, train, val, options, lambda: [keeper.of_head(len(train))])
        base_of(network).trainable = True
    keeper.start(network)
    _fit(network, train, val, options, keeper, fine_tuning=weights != "none")
    best = keras.saving.load_model(folder.best, compile=False)
    folder.save_network(best)  # without the optimizer's state, which is twice the weights
    seconds = time.monotonic() - began[0], time.process_time() - began[1]
    facts = RunFacts(options, splits, weights, network.count_params(), seconds, keeper.best_epoch)
    judged, cost = finish_run(best, folder, facts, val, test)
    on = "test" if test else "val"
    return ClassifierResult(folder.path, keeper.best_epoch, judged, on, cost, list(dict.fromkeys(problems)))


def _fit(
    network: keras.Model,
    train: FaceArrays,
    val: FaceArrays,
    options: ClassifierOptions,
    keeper: _Keeper,
    *,
    fine_tuning: bool,
) -> None:
    """All layers, with augmentation; the rate falls when the validation loss stands still."""
    classes = network.output_shape[-1]
    rate = options.learning_rate or (_FINE_TUNING_RATE if fine_tuning else _RATE)
    network.compile(keras.optimizers.Adam(rate), keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    callbacks = [
        keeper,
        keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.3, patience=max(1, options.patience // 2)),
        keras.callbacks.EarlyStopping("val_loss", patience=options.patience),
    ]
    weights = class_weights(train.labels, classes)
    network.fit(
        FaceLoader(train, options, classes),
        validation_data=(val.images.astype(np.float32), val.labels),
        validation_batch_size=options.batch,
        epochs=options.epochs,
        class_weight=dict(enumerate(weights)) if options.balance == "weights" else None,
        callbacks=callbacks,
        verbose=0,
    )


class _Keeper(keras.callbacks.Callback):
    """After each epoch: keep the network when its validation loss is the lowest, and write the history."""

    def __init__(self, options: ClassifierOptions, folder: RunFolder, report: Report) -> None:
        super().__init__()
        self.best_epoch = 0
        self._options = options
        self._folder = folder
        self._report = report
        self._rows: list[dict[str, float]] = []
        self._best = np.inf
        self._before = 0
        self._batches = 0
        self._began = time.monotonic()

    def of_head(self, pictures: int) -> keras.callbacks.Callback:
        """The callback for the phase in which only the head learns; nothing is stored in it."""
        keeper = _Keeper(self._options, self._folder, self._report)
        keeper._rows, keeper._batches = self._rows, -(-pictures // self._options.batch)
        keeper._best = -np.inf
        return keeper

    def start(self, network: keras.Model) -> None:
        """Go on after the head's phase, whose result is kept unless a later epoch is better."""
        self._before = len(self._rows)
        if not self._rows:
            return
        self._best = min(row["val_loss"] for row in self._rows)
        self.best_epoch = 1 + int(np.argmin([row["val_loss"] for row in self._rows]))
        self._folder.save_network(network)

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        self._began = time.monotonic()
        self._batches = self.params.get("steps") or self._batches

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        self._tell(batch + 1)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        figures = {key: float((logs or {})[key]) for key in ("loss", "accuracy", "val_loss", "val_accuracy")}
        row = {"epoch": float(len(self._rows) + 1), "head_only": float(self._best == -np.inf), **figures}
        row |= {"rate": float(self.model.optimizer.learning_rate), "seconds": time.monotonic() - self._began}
        self._rows.append(row)
        if row["val_loss"] < self._best:
            self._best, self.best_epoch = row["val_loss"], len(self._rows)
            self._folder.save_network(self.model)
        self._folder.write_history(self._rows)
        self._tell(self._batches, row)

    def _tell(self, batch: int, row: dict[str, float] | None = None) -> None:
        ended = len(self._rows) - (row is not None)
        epochs = self._options.head_epochs if self._best == -np.inf else self._before + self._options.epochs
        step = ended * self._batches + batch
        self._report(Progress(step, epochs * self._batches, ended + 1, epochs, row))
