"""Training of a detector from data to model file: the whole recipe in one readable function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras

from maskwatch import __version__
from maskwatch.data import read_dataset
from maskwatch.data.dataset import Dataset
from maskwatch.data.label_corrections import apply_overlay_to
from maskwatch.data.pixels import check_sizes
from maskwatch.detect.card import ModelCard
from maskwatch.networks.single_shot import FAMILY
from maskwatch.train.augment.crop import AugmentOptions
from maskwatch.train.callbacks import ValidateAndCheckpoint, best_row
from maskwatch.train.finish import Exported, export_calibrated
from maskwatch.train.loader import DetectionLoader, LoaderOptions
from maskwatch.train.losses import LossWeights
from maskwatch.train.model import DetectorTraining
from maskwatch.train.options import DetectorOptions
from maskwatch.train.preview import draw_samples
from maskwatch.train.progress import Progress as Progress
from maskwatch.train.run_folder import RunFolder
from maskwatch.train.schedule import build_optimizer
from maskwatch.train.stages import Stage
from maskwatch.train.start import credits_of, starting_network
from maskwatch.train.train_val_split import training_and_validation


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
        resume: go on from the folder's checkpoint, or from the start where there is none yet.
        report: is told how far it is.

    Raises:
        DataError: when the data cannot be used.
        UsageError: when the checkpoint cannot be resumed from.
    """
    keras.utils.set_random_seed(options.seed)
    datasets = [read_dataset(Path(path)) for path in options.data]
    if options.labels:
        datasets = apply_overlay_to(datasets, Path(options.labels))
    training, validation = training_and_validation(datasets, options.seed)
    check_sizes([*training, *validation])
    network = starting_network(options.start, options.network)
    card = _card(options, network, training)
    done = int(folder.checkpoint_state()["epochs"]) if resume and folder.has_checkpoint else 0
    keeper = ValidateAndCheckpoint(options, folder, validation, card, report, done)
    for number, stage in enumerate(options.stages):
        keeper.begin(number)
        if done <= keeper.first_epoch + stage.epochs:  # else it was finished before the interruption, and another began
            loader = DetectionLoader(training, _drawing(stage, options), AugmentOptions())
            _train_stage(network, loader, stage, keeper, done)
    return _finish(folder, card, validation)


def _drawing(stage: Stage, options: DetectorOptions) -> LoaderOptions:
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
    network: keras.Model, loader: DetectionLoader, stage: Stage, keeper: ValidateAndCheckpoint, done: int
) -> None:
    """Train the epochs of one stage that are not ``done`` yet, and leave its averaged weights in the network."""
    first, last = keeper.first_epoch, keeper.first_epoch + stage.epochs
    model = DetectorTraining(network, stage.size, LossWeights())
    model.compile(optimizer=build_optimizer(stage))
    model.optimizer.build(model.trainable_variables)
    if done > first:
        keeper.folder.load_checkpoint(network, model.optimizer)
    elif first == 0:
        draw_samples(loader, keeper.folder.path / "samples.png", loader.options.seed)
    loader.epoch = max(first, done)
    if loader.epoch < last:
        model.fit(loader, initial_epoch=loader.epoch, epochs=last, callbacks=[keeper], verbose=0)
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
        training={"data": f"{len(training)} images: {counts}", "start": options.start or "fresh weights"},
    )


def _finish(folder: RunFolder, card: ModelCard, validation: Dataset) -> TrainingResult:
    """Calibrate the best network on the validation images, export it, and check the export."""
    network = keras.models.load_model(folder.best, compile=False)
    exported = export_calibrated(network, folder.exported, validation, card)
    return TrainingResult(folder.path, int(best_row(folder.read_history())["epoch"]), exported)
