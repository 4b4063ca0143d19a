"""Training of a classifier from class folders to model file: the whole recipe in one readable function."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import keras

from maskwatch.data.face_arrays import read_faces
from maskwatch.errors import UsageError
from maskwatch.evaluate.classification.metrics import ClassificationReport
from maskwatch.train.classifier.cost import Cost
from maskwatch.train.classifier.finish import RunFacts, finish_run
from maskwatch.train.classifier.networks import build_classifier, default_size
from maskwatch.train.classifier.options import ClassifierOptions
from maskwatch.train.classifier.phases import ClassifierRun, fit_phases
from maskwatch.train.classifier.recorders import Report, silent
from maskwatch.train.classifier.splits import face_splits
from maskwatch.train.classifier.weights import resolved_weights
from maskwatch.train.run_folder import RunFolder


@dataclass(frozen=True)
class ClassifierResult:
    """What a training ended with.

    Attributes:
        folder: of the run.
        epoch: the one with the lowest validation loss.
        report: on the test images, or on the validation images where there are none.
        judged_on: "test" or "val".
        cost: time, memory, bytes.
        problems: one line for each image or folder that was left out.
    """

    folder: Path
    epoch: int
    report: ClassificationReport
    judged_on: str
    cost: Cost
    problems: list[str]


def train_classifier(
    options: ClassifierOptions, folder: RunFolder, *, resume: bool = False, report: Report = silent
) -> ClassifierResult:
    """Train, keep the epoch with the lowest validation loss, judge it on the test images, and export it.

    Args:
        options: the settings; the same settings and seed draw the same samples.
        folder: where everything is written.
        resume: go on from the folder's checkpoint, or from the start where there is none yet.
        report: is told how far it is.

    Raises:
        DataError: when the data cannot be used.
        ModelError: when the weights to start from cannot.
        UsageError: when the architecture is not known, or the run to resume is complete.
    """
    if resume and folder.exported.exists():
        raise UsageError(f"{folder.path}: is complete; begin another run with --weights {folder.best}")
    began = time.monotonic(), time.process_time()
    keras.utils.set_random_seed(options.seed)
    size = options.size or default_size(options.arch)
    weights = resolved_weights(options.arch, options.weights)
    splits = face_splits(options)
    problems = splits.problems
    train, val = (read_faces(faces, splits.classes, size, problems) for faces in (splits.train, splits.val))
    test = read_faces(splits.test, splits.classes, size, problems) if splits.test else None
    network = build_classifier(options.arch, size, len(splits.classes), pretrained=weights != "none")
    recorder = fit_phases(network, train, val, ClassifierRun(options, folder, weights, resume, report))
    best = keras.saving.load_model(folder.best, compile=False)
    folder.save_network(best)  # without the optimizer's state, which is twice the weights
    seconds = time.monotonic() - began[0], time.process_time() - began[1]
    facts = RunFacts(options, splits, weights, network.count_params(), seconds, recorder.best_epoch)
    judged, cost = finish_run(best, folder, facts, val, test)
    folder.discard_checkpoint()
    on = "test" if test else "val"
    return ClassifierResult(folder.path, recorder.best_epoch, judged, on, cost, list(dict.fromkeys(problems)))
