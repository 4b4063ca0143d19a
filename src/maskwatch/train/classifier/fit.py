"""Training of a classifier, from class folders to model file."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import keras

from maskwatch.data.face_arrays import read_faces
from maskwatch.errors import UsageError
from maskwatch.evaluate.classification.metrics import ClassificationReport
from maskwatch.train.classifier.callbacks import OnProgress
from maskwatch.train.classifier.cost import Cost
from maskwatch.train.classifier.finish import RunFacts, finish_run
from maskwatch.train.classifier.networks import build_classifier, default_size
from maskwatch.train.classifier.options import ClassifierOptions
from maskwatch.train.classifier.phases import ClassifierRun, fit_phases
from maskwatch.train.classifier.splits import face_splits
from maskwatch.train.classifier.weights import resolved_weights
from maskwatch.train.run_folder import RunFolder


@dataclass(frozen=True)
class ClassifierResult:
    """Result of a training.

    Attributes:
        folder: of the run.
        epoch: the one with the lowest validation loss, from 1.
        report: evaluation on the test images, or on the validation images if there are none.
        evaluated_on: "test" or "val".
        cost: time, memory, file size.
        problems: one line for each image or folder that was left out.
    """

    folder: Path
    epoch: int
    report: ClassificationReport
    evaluated_on: str
    cost: Cost
    problems: list[str]


def train_classifier(
    options: ClassifierOptions,
    folder: RunFolder,
    *,
    resume: bool = False,
    on_progress: OnProgress = lambda _: None,
) -> ClassifierResult:
    """Train a classifier, evaluate the epoch with the lowest validation loss on the test images, and export it.

    Args:
        options: settings of the run; the same settings and seed draw the same samples.
        folder: for all output.
        resume: continue from the folder's checkpoint; without one, start from the beginning.
        on_progress: called after every batch and every epoch.

    Raises:
        DataError: when the data cannot be used.
        ModelError: when the initial weights cannot be used.
        UsageError: when there is no such architecture, or the run to resume is complete.
    """
    if resume and folder.exported.exists():
        raise UsageError(f"{folder.path}: is complete; start a new run with --weights {folder.best}")
    began = time.monotonic(), time.process_time()
    keras.utils.set_random_seed(options.seed)
    size = options.size or default_size(options.arch)
    weights = resolved_weights(options.arch, options.weights)
    splits = face_splits(options)
    problems = splits.problems
    train, val = (read_faces(faces, splits.classes, size, problems) for faces in (splits.train, splits.val))
    test = read_faces(splits.test, splits.classes, size, problems) if splits.test else None
    network = build_classifier(options.arch, size, len(splits.classes), pretrained=weights != "none")
    callback = fit_phases(network, train, val, ClassifierRun(options, folder, weights, resume, on_progress))
    best = keras.saving.load_model(folder.best, compile=False)
    folder.save_network(best)  # without the optimizer's state, twice the size of the weights
    seconds = time.monotonic() - began[0], time.process_time() - began[1]
    facts = RunFacts(options, splits, weights, network.count_params(), seconds, callback.best_epoch)
    report, cost = finish_run(best, folder, facts, val, test)
    folder.discard_checkpoint()
    split = "test" if test else "val"
    return ClassifierResult(folder.path, callback.best_epoch, report, split, cost, list(dict.fromkeys(problems)))
