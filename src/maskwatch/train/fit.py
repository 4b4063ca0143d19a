"""Training of a detector, from labelled images to model file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras

from maskwatch import __version__
from maskwatch.data import read_dataset
from maskwatch.data.dataset import Dataset
from maskwatch.data.label_corrections import correct_all_labels
from maskwatch.data.pixels import check_sizes
from maskwatch.detect.card import ModelCard
from maskwatch.networks.single_shot import FAMILY
from maskwatch.train.augment.crop import AugmentOptions
from maskwatch.train.callbacks import ValidateAndCheckpoint, best_row
from maskwatch.train.finish import ExportResult, export_calibrated
from maskwatch.train.loader import DetectionLoader, LoaderOptions
from maskwatch.train.losses import LossWeights
from maskwatch.train.model import DetectorTraining, build_optimizer
from maskwatch.train.options import DetectorOptions, Stage
from maskwatch.train.preview import draw_samples
from maskwatch.train.run_folder import RunFolder, TrainingProgress
from maskwatch.train.start import credits_of, starting_network
from maskwatch.train.train_val_split import training_and_validation


@dataclass(frozen=True)
class TrainingResult:
    """Result of a training.

    Attributes:
        folder: of the run.
        epoch: the best one by validation, from 1.
        exported: the model card with its metrics, and the check of the exported file.
    """

    folder: Path
    epoch: int
    exported: ExportResult


def train_detector(
    options: DetectorOptions,
    folder: RunFolder,
    *,
    resume: bool = False,
    on_progress: Callable[[TrainingProgress], None] = lambda _: None,
) -> TrainingResult:
    """Train a detector, and export its best epoch by validation.

    Args:
        options: settings of the run; the same settings and seed draw the same samples.
        folder: for all output.
        resume: continue from the folder's checkpoint; without one, start from the beginning.
        on_progress: called after every batch and every epoch.

    Raises:
        DataError: when the data cannot be used.
        UsageError: when the run cannot be resumed from its checkpoint.
    """
    keras.utils.set_random_seed(options.seed)
    datasets = [read_dataset(Path(path)) for path in options.data]
    if options.labels:
        datasets = correct_all_labels(datasets, Path(options.labels))
    training, validation = training_and_validation(datasets, options.seed)
    check_sizes([*training, *validation])
    network = starting_network(options.start, options.network)
    card = _card(options, network, training)
    done = int(folder.checkpoint_state()["epochs"]) if resume and folder.has_checkpoint else 0
    callback = ValidateAndCheckpoint(options, folder, validation, card, on_progress, done)
    for number, stage in enumerate(options.stages):
        callback.begin_stage(number)
        if done <= callback.first_epoch + stage.epochs:  # otherwise a later stage had begun before the interruption
            loader = DetectionLoader(training, _loader_options(stage, options), AugmentOptions())
            _train_stage(network, loader, stage, callback, done)
    return _finish(folder, card, validation)


def _loader_options(stage: Stage, options: DetectorOptions) -> LoaderOptions:
    return LoaderOptions(
        stage.size,
        stage.batch,
        stage.steps,
        options.workers,
        options.seed,
        options.imgsz,
        stage.full_image_share,
        stage.clean_share,
    )


def _train_stage(
    network: keras.Model, loader: DetectionLoader, stage: Stage, callback: ValidateAndCheckpoint, done: int
) -> None:
    """Train the remaining epochs of one stage, ``done`` being those of the checkpoint; leaves the averaged weights."""
    first, last = callback.first_epoch, callback.first_epoch + stage.epochs
    model = DetectorTraining(network, stage.size, LossWeights())
    model.compile(optimizer=build_optimizer(stage))
    model.optimizer.build(model.trainable_variables)
    if done > first:
        callback.folder.load_checkpoint(network, model.optimizer)
    elif first == 0:
        draw_samples(loader, callback.folder.path / "samples.png", loader.options.seed)
    loader.epoch = max(first, done)
    if loader.epoch < last:
        model.fit(loader, initial_epoch=loader.epoch, epochs=last, callbacks=[callback], verbose=0)
    model.optimizer.finalize_variable_values(model.trainable_variables)


def _card(options: DetectorOptions, network: keras.Model, training: Dataset) -> ModelCard:
    counts = ", ".join(f"{count} {name}" for name, count in training.counts().items())
    return ModelCard(
        name=options.name,
        version=__version__,
        imgsz=options.imgsz,
        imgsz_high=options.imgsz_high,
        imgsz_low=options.imgsz_low,
        multiple=FAMILY[options.network].multiple,
        parameters=network.count_params(),
        credits=credits_of(options.start),
        training={"data": f"{len(training)} images: {counts}", "start": options.start or "random weights"},
    )


def _finish(folder: RunFolder, card: ModelCard, validation: Dataset) -> TrainingResult:
    """Calibrate the best network on the validation images, export it, and check the export."""
    network = keras.models.load_model(folder.best, compile=False)
    exported = export_calibrated(network, folder.exported, validation, card)
    return TrainingResult(folder.path, int(best_row(folder.read_history())["epoch"]), exported)
