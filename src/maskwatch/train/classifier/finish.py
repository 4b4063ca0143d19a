"""End of a classifier's training: calibration, evaluation, export, and the files of the run folder."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from maskwatch import __version__
from maskwatch.data.face_arrays import FaceArrays
from maskwatch.detect.card import ModelCard
from maskwatch.detect.classifier import FaceClassifier
from maskwatch.errors import ModelError
from maskwatch.evaluate.calibration import fit_temperature
from maskwatch.evaluate.classification.classifiers import Classifier, KerasClassifier, run_classifier
from maskwatch.evaluate.classification.metrics import ClassificationReport, evaluate_classification
from maskwatch.evaluate.classification.save import write_classification
from maskwatch.train.classifier.cost import Cost, measure_cost
from maskwatch.train.classifier.export import export_classifier
from maskwatch.train.classifier.options import ClassifierOptions
from maskwatch.train.classifier.splits import FaceSplits
from maskwatch.train.classifier.weights import credits_of_weights
from maskwatch.train.curves import Curve, Panel, draw_panels
from maskwatch.train.run_folder import RunFolder

_TOLERANCE = 1e-3
"""Largest difference between a probability of the exported file and of the network."""


@dataclass(frozen=True)
class RunFacts:
    """Facts about a run after its training; ``seconds`` are wall and CPU time."""

    options: ClassifierOptions
    splits: FaceSplits
    weights: str
    parameters: int
    seconds: tuple[float, float]
    epoch: int


def finish_run(
    network: keras.Model, folder: RunFolder, facts: RunFacts, val: FaceArrays, test: FaceArrays | None
) -> tuple[ClassificationReport, Cost]:
    """Calibrate on the validation images, evaluate on the test images (or, without any, the former), export, write.

    Raises:
        ModelError: when the exported file differs from the network.
    """
    classifier = KerasClassifier(network, facts.options.name)
    calibration = fit_temperature(run_classifier(classifier, val.images), val.labels)
    split, faces = ("test", test) if test else ("val", val)
    scores = run_classifier(classifier, faces.images)
    source = f"fitted on {len(val)} val images"
    report = evaluate_classification(scores, faces.labels, facts.splits.classes, calibration, source)
    export_classifier(network, folder.exported, _card(facts, classifier, report, split))
    difference = _check(FaceClassifier(folder.exported), faces.images, scores, folder.exported)
    cost = measure_cost(folder.best, folder.exported, faces.images[0], facts.seconds)
    content: dict[str, Any] = {
        "name": facts.options.name,
        "arch": facts.options.arch,
        "size": classifier.size,
        "start": facts.weights,
        "split": split,
        "split_method": facts.splits.method,
        "balance": facts.options.balance,
        "best_epoch": facts.epoch,
        "evaluated_images": fingerprint_of(faces.paths, facts.options.data),
        "export_difference": difference,
        "cost": asdict(cost),
        **report.to_dict(),
    }
    write_classification(report, faces, content, folder.path, cost.lines())
    _draw_history(folder)
    return report, cost


def fingerprint_of(paths: list[Path], roots: tuple[str, ...]) -> str:
    """A hash of the images, so that only runs evaluated on the same images are compared."""
    names = sorted(f"{path.parent.name}/{path.name}" for path in paths)
    return hashlib.sha256("\n".join([*(Path(root).name for root in roots), *names]).encode()).hexdigest()[:16]


def _card(facts: RunFacts, classifier: Classifier, report: ClassificationReport, split: str) -> ModelCard:
    accuracy = {"hits": report.accuracy.hits, "of": report.accuracy.total, "split": facts.splits.method}
    return ModelCard(
        name=facts.options.name,
        version=__version__,
        task="classifier",
        classes=report.classes,
        imgsz=classifier.size,
        multiple=classifier.size,
        temperature=report.reliability.temperature,
        margin=facts.options.margin,
        parameters=facts.parameters,
        training={
            "data": f"{len(facts.splits.train)} faces of {', '.join(facts.options.data)}",
            "start": "random weights" if facts.weights == "none" else facts.weights,
            "network": facts.options.arch,
        },
        metrics={f"accuracy on the {split} images": accuracy},
        credits=credits_of_weights(facts.options.arch, facts.weights),
    )


def _check(exported: FaceClassifier, images: NDArray[np.uint8], scores: NDArray[np.float32], path: Path) -> float:
    """Largest difference of a probability between the exported file and the network; removes a file that differs."""
    count = min(len(images), 64)
    difference = float(np.abs(run_classifier(exported, images[:count]) - scores[:count]).max())
    if difference > _TOLERANCE:
        path.unlink()
        raise ModelError(f"{path}: differs from the network by {difference:.3f}; use model.keras and report this bug")
    return difference


def _draw_history(folder: RunFolder) -> None:
    def pair(column: str) -> list[Curve]:
        return [Curve(column, "train"), Curve(f"val_{column}", "val", "--")]

    panels = [Panel("Accuracy", "share", pair("accuracy")), Panel("Loss", "cross-entropy", pair("loss"))]
    draw_panels(panels, folder.read_history(), folder.path / "curves.png")
