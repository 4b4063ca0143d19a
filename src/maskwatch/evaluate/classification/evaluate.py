"""Judge a classifier's file on class folders."""

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
from maskwatch.evaluate.classification.files import Classifier, load_classifier
from maskwatch.evaluate.classification.metrics import ClassificationReport, evaluate_classification
from maskwatch.evaluate.classification.run import run_classifier


@dataclass(frozen=True)
class Judgement:
    """What was found.

    Attributes:
        title: which model on which images.
        report: the figures.
        faces: the images, as the classifier saw them.
        problems: one line for each image or folder that was left out.
    """

    title: str
    report: ClassificationReport
    faces: FaceArrays
    problems: list[str]

    def to_dict(self) -> dict[str, Any]:
        """The judgement in types that JSON knows."""
        return {"title": self.title, **self.report.to_dict(), "problems": self.problems}


def judge_classifier(
    model: Path,
    data: Path,
    split: str = "test",
    rename: list[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Judgement:
    """Run a ``.keras`` or ``.onnx`` classifier over the images of one split.

    The temperature is the card's; for a ``.keras`` file it is fitted on the "val" split, where that is not judged.

    Args:
        model: the file.
        data: class folders, divided into splits or not; without splits all images are judged.
        split: which images; "all" takes every one.
        rename: "NAME=STATE" for class folders whose names are not known.
        progress: called with the number done and the number of all.

    Raises:
        ModelError: when the model cannot be used.
        DataError: when the data cannot, or has states that the model does not know.
    """
    classifier = load_classifier(model)
    problems: list[str] = []
    dataset = read_folders(data, rename=parse_renames(rename or []), problems=problems)
    if set(dataset.splits) == {UNSPLIT}:
        split = UNSPLIT
    chosen = dataset if split == UNSPLIT else dataset.split(split)
    faces = read_faces(chosen, classifier.classes, classifier.size, problems)
    calibration, source = _calibration(classifier, dataset, split)
    scores = run_classifier(classifier, faces.images, progress and (lambda done: progress(done, len(faces))))
    report = evaluate_classification(scores, faces.labels, classifier.classes, calibration, source)
    return Judgement(f"{classifier.name} on {data}, {split}", report, faces, problems)


def _calibration(classifier: Classifier, dataset: FaceDataset, split: str) -> tuple[Calibration, str]:
    if classifier.calibration is not None:
        return classifier.calibration, "of the model's card"
    none = Calibration()
    if split in {"val", UNSPLIT} or "val" not in dataset.splits:
        return none, "none: no card and no val split beside the judged images"
    # Images that cannot be read are told of where they are judged
    val = read_faces(dataset.split("val"), classifier.classes, classifier.size, [])
    return fit_temperature(run_classifier(classifier, val.images), val.labels), f"fitted on {len(val)} val images"
