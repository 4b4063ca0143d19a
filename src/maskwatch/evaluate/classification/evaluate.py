"""Evaluate a classifier file on class folders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maskwatch.data.face_arrays import FaceArrays, read_faces
from maskwatch.data.formats.folders import UNSPLIT, FaceDataset, read_folders
from maskwatch.data.formats.names import parse_renames
from maskwatch.detect.raw_prediction import Calibration
from maskwatch.evaluate.calibration import fit_temperature
from maskwatch.evaluate.classification.classifiers import Classifier, load_classifier, run_classifier
from maskwatch.evaluate.classification.metrics import ClassificationReport, evaluate_classification


@dataclass(frozen=True)
class ClassifierEvaluation:
    """The result for one model and one set of images.

    Attributes:
        title: model and images.
        report: the metrics.
        faces: the images as given to the classifier.
        problems: one line for each image or folder that was left out.
    """

    title: str
    report: ClassificationReport
    faces: FaceArrays
    problems: list[str]

    def to_dict(self) -> dict[str, Any]:
        """The evaluation as JSON types."""
        return {"title": self.title, **self.report.to_dict(), "problems": self.problems}


def evaluate_classifier(
    model: Path,
    data: Path,
    split: str = "test",
    rename: list[str] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> ClassifierEvaluation:
    """Run a ``.keras`` or ``.onnx`` classifier on the images of one split.

    The temperature comes from the model card. For a ``.keras`` file, it is fitted on the "val" split if another split
    is evaluated.

    Args:
        model: the file.
        data: class folders with or without splits; without splits, all images are evaluated.
        split: which images; "all" takes every one.
        rename: "NAME=STATE" for class folders with unknown names.
        on_progress: called with the number of images done and the total.

    Raises:
        ModelError: when the model cannot be used.
        DataError: when the data cannot be used, or has states that the model does not know.
    """
    classifier = load_classifier(model)
    problems: list[str] = []
    dataset = read_folders(data, rename=parse_renames(rename or []), problems=problems)
    if set(dataset.splits) == {UNSPLIT}:
        split = UNSPLIT
    chosen = dataset if split == UNSPLIT else dataset.split(split)
    faces = read_faces(chosen, classifier.classes, classifier.size, problems)
    calibration, source = _calibration(classifier, dataset, split)
    scores = run_classifier(classifier, faces.images, on_progress and (lambda done: on_progress(done, len(faces))))
    report = evaluate_classification(scores, faces.labels, classifier.classes, calibration, source)
    return ClassifierEvaluation(f"{classifier.name} on {data}, {split}", report, faces, problems)


def _calibration(classifier: Classifier, dataset: FaceDataset, split: str) -> tuple[Calibration, str]:
    if classifier.calibration is not None:
        return classifier.calibration, "from the model card"
    none = Calibration()
    if split in {"val", UNSPLIT} or "val" not in dataset.splits:
        return none, "none: neither a model card nor a val split besides the evaluated images"
    # Unreadable images are reported only for the evaluated split
    val = read_faces(dataset.split("val"), classifier.classes, classifier.size, [])
    return fit_temperature(run_classifier(classifier, val.images), val.labels), f"fitted on {len(val)} val images"
