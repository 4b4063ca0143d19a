"""The two phases of a classifier's training."""

from __future__ import annotations

from dataclasses import dataclass

import keras

from maskwatch.data.face_arrays import FaceArrays
from maskwatch.train.classifier.head import train_head
from maskwatch.train.classifier.loader import FaceLoader, PlainLoader, class_weights
from maskwatch.train.classifier.networks import base_of, unfreeze
from maskwatch.train.classifier.options import ClassifierOptions
from maskwatch.train.classifier.recorders import HeadRecorder, Report, WholeRecorder, silent
from maskwatch.train.classifier.schedule import FINE_TUNING_RATE, RATE, build_optimizer, compile_classifier
from maskwatch.train.classifier.weights import load_weights
from maskwatch.train.run_folder import RunFolder


@dataclass(frozen=True)
class ClassifierRun:
    """How one network is trained.

    Attributes:
        options: the settings.
        folder: where network, history and checkpoint are written.
        weights: where it starts, resolved: not "auto".
        resume: go on from the folder's checkpoint, if there is one.
        report: is told how far it is.
    """

    options: ClassifierOptions
    folder: RunFolder
    weights: str
    resume: bool = False
    report: Report = silent

    @property
    def has_fresh_head(self) -> bool:
        """Whether new layers stand on a pretrained network, and should learn first."""
        return self.weights == "imagenet" or self.weights.endswith(".npz")

    @property
    def rate(self) -> float:
        """Learning rate of the first epoch."""
        whole = self.has_fresh_head or (self.weights != "none" and self.options.arch != "face")
        return self.options.learning_rate or (FINE_TUNING_RATE if whole else RATE)


def fit_phases(network: keras.Model, train: FaceArrays, val: FaceArrays, run: ClassifierRun) -> WholeRecorder:
    """Train ``network``: the new layers alone where they stand on pretrained ones, then all, or what is left of that.

    The best network lies in the run's folder afterwards.

    Raises:
        ModelError: when the weights to start from cannot be used.
    """
    options, folder = run.options, run.folder
    optimizer = build_optimizer(options, run.rate)
    resumed = run.resume and folder.has_checkpoint
    if resumed:
        optimizer.build(network.trainable_variables)
        rows = folder.load_checkpoint(network, optimizer)["rows"]
    else:
        load_weights(network, options.arch, run.weights)
        rows = []
        if run.has_fresh_head:
            _train_head_first(network, train, val, run, rows)
    recorder = WholeRecorder(options, folder, rows, run.report, run.rate)
    compile_classifier(network, optimizer)
    if not recorder.ended:
        done = sum(not row["head_only"] for row in rows)
        weights = class_weights(train.labels, network.output_shape[-1])
        network.fit(
            FaceLoader(train, options, len(weights), done),
            validation_data=PlainLoader(val, options.batch),
            initial_epoch=done,
            epochs=options.epochs,
            class_weight=dict(enumerate(weights)) if options.balance == "weights" else None,
            callbacks=[recorder],
            shuffle=False,  # the loader does, by epoch
            verbose=0,
        )
    return recorder


def _train_head_first(
    network: keras.Model, train: FaceArrays, val: FaceArrays, run: ClassifierRun, rows: list[dict[str, float]]
) -> None:
    """The new layers alone; what they reach is kept unless a later epoch is better."""
    base_of(network).trainable = False
    recorder = HeadRecorder(run.options, run.folder, rows, run.report)
    train_head(network, train, val, run.options, [recorder])
    unfreeze(network)
    run.folder.save_network(network)
