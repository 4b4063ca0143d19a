"""Training of a detector from data to model file: the whole recipe in one readable function."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras

from maskwatch import __version__
from maskwatch.data import read_dataset
from maskwatch.data.dataset import Dataset
from maskwatch.detect.card import ModelCard
from maskwatch.export.from_keras import Exported, export_calibrated
from maskwatch.train.augment import AugmentOptions
from maskwatch.train.averaging import averaged_weights
from maskwatch.train.curves import draw_curves
from maskwatch.train.holdout import training_and_validation
from maskwatch.train.loader import DetectionLoader, LoaderOptions
from maskwatch.train.losses import LossWeights
from maskwatch.train.model import LOSS_PARTS, DetectorTraining
from maskwatch.train.options import DetectorOptions
from maskwatch.train.progress import Progress as Progress
from maskwatch.train.run_folder import RunFolder
from maskwatch.train.samples import draw_samples
from maskwatch.train.schedule import build_optimizer
from maskwatch.train.start import credits_of, starting_network
from maskwatch.train.validation import find_faces, headline

BEST_BY = "mean"
"""The figure that chooses the best epoch: mean AP50 over the states."""


@dataclass(frozen=True)
class TrainingResult:
    """What a training ended with.

    Attributes:
        folder: of the run.
        epoch: the best one, by validation.
        exported: the card with its figures, and how well the exported file agrees with the network.
    """

    folder: Path
    epoch: int
    exported: Exported


def train_detector(
    options: DetectorOptions, folder: RunFolder, *, resume: bool = False, report: Callable[[Progress], None]
) -> TrainingResult:
    """Train, keep the best epoch by validation, draw its curves, and export it.

    Args:
        options: the settings; the same settings and seed draw the same samples.
        folder: where everything is written.
        resume: go on from the folder's checkpoint.
        report: is told how far it is.

    Raises:
        DataError: when the data cannot be used.
        UsageError: when there is nothing to resume from.
    """
    keras.utils.set_random_seed(options.seed)
    training, validation = training_and_validation([read_dataset(Path(path)) for path in options.data], options.seed)
    model = DetectorTraining(starting_network(options.start), options.size, LossWeights())
    model.compile(optimizer=build_optimizer(options))
    model.optimizer.build(model.trainable_variables)
    loader = DetectionLoader(training, _loader_options(options), AugmentOptions())
    done = folder.load_checkpoint(model)["epochs"] if resume else 0
    if not resume:
        draw_samples(loader, folder.path / "samples.png", options.seed)
    loader.epoch = done
    card = _card(options, model.network, training)
    keeper = _Keeper(options, folder, validation, card, report)
    model.fit(loader, initial_epoch=done, epochs=options.epochs, callbacks=[keeper], verbose=0)
    return _finish(folder, card, validation)


def _loader_options(options: DetectorOptions) -> LoaderOptions:
    return LoaderOptions(options.size, options.batch, options.steps, options.workers, options.seed)


def _card(options: DetectorOptions, network: keras.Model, training: Dataset) -> ModelCard:
    counts = ", ".join(f"{count} {name}" for name, count in training.counts().items())
    return ModelCard(
        name=options.name,
        version=__version__,
        imgsz=options.imgsz,
        parameters=network.count_params(),
        credits=credits_of(options.start),
        training={"data": f"{len(training)} pictures: {counts}", "start": options.start or "fresh weights"},
    )


class _Keeper(keras.callbacks.Callback):
    """After each epoch: validate the averaged weights, keep the best, write history, curves and checkpoint."""

    def __init__(
        self,
        options: DetectorOptions,
        folder: RunFolder,
        validation: Dataset,
        card: ModelCard,
        report: Callable[[Progress], None],
    ) -> None:
        super().__init__()
        self._options = options
        self._folder = folder
        self._validation = validation
        self._card = card
        self._report = report
        self._rows = folder.read_history()
        self._epoch = len(self._rows)
        self._began = time.monotonic()

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        self._epoch = epoch
        self._began = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        self._tell(self._epoch * self._options.steps + batch + 1)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        losses = {f"loss_{name}": float((logs or {})[name]) for name in LOSS_PARTS}
        row = {"epoch": float(epoch + 1), **losses}
        last = epoch + 1 == self._options.epochs
        with averaged_weights(self.model):
            if last or (epoch + 1) % self._options.val_every == 0:
                row |= headline(self._validation, find_faces(self.model.network, self._validation, self._card))
                if row[BEST_BY] >= max((r.get(BEST_BY, 0.0) for r in self._rows), default=0.0):
                    self._folder.save_network(self.model.network)
        row["seconds"] = time.monotonic() - self._began
        self._rows.append(row)
        self._folder.write_history(self._rows)
        self._folder.save_checkpoint(self.model, {"epochs": epoch + 1})
        draw_curves(self._rows, self._folder.path / "curves.png")
        self._tell((epoch + 1) * self._options.steps, row)

    def _tell(self, step: int, row: dict[str, float] | None = None) -> None:
        options = self._options
        self._report(Progress(step, options.epochs * options.steps, self._epoch + 1, options.epochs, row))


def _finish(folder: RunFolder, card: ModelCard, validation: Dataset) -> TrainingResult:
    """Calibrate the best network on the validation pictures, export it, and check the export."""
    network = keras.models.load_model(folder.best, compile=False)
    best = max((row for row in folder.read_history() if BEST_BY in row), key=lambda row: row[BEST_BY])
    exported = export_calibrated(network, folder.exported, validation, card)
    return TrainingResult(folder.path, int(best["epoch"]), exported)
