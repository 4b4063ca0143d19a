from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PilImage
from rich.console import Console

from evaluation_cases import WITH, WITHOUT, Box, labelled
from maskwatch.data import Dataset, LabelledImage
from maskwatch.detections import REPORTED_STATES, Detections
from maskwatch.errors import DataError
from maskwatch.evaluate.detection import run_detector
from maskwatch.evaluate.options import DetectionOptions
from maskwatch.evaluate.slices.corruptions import CORRUPTIONS
from maskwatch.evaluate.slices.occluders import OCCLUDERS
from maskwatch.evaluate.slices.report import FaceSlice, ImageSlice, SliceReport
from maskwatch.evaluate.slices.slices import evaluate_slices
from maskwatch.evaluate.slices.tables import slice_tables
from maskwatch.frames import Image
from maskwatch.images import read_image
from photos import save_turned

SKIN, WHITE, BLACK = (224, 172, 144), (240, 240, 240), (16, 16, 18)
OPTIONS = DetectionOptions(resamples=50)


def skin_finder(image: Image) -> Detections:
    """Detects faces by the skin of the upper face; a lower face of another colour is a mask."""
    import cv2

    skin = (np.abs(image.astype(int) - SKIN).max(axis=2) < 14).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(skin)
    boxes, states = [], []
    for x, y, width, _, _ in stats[1:count][stats[1:count, 2] >= 12]:
        lower = image[y + round(0.8 * width), x + width // 2]
        boxes.append([x, y, x + width, y + width])
        states.append([0.0, 0.0, 1.0] if np.abs(lower.astype(int) - SKIN).max() < 14 else [1.0, 0.0, 0.0])
    faces = np.array(boxes, np.float32).reshape(-1, 4)
    return Detections(faces, np.full(len(faces), 0.9, np.float32), np.array(states, np.float32).reshape(-1, 3))


def saved(path: Path, faces: list[tuple[Box, tuple[int, int, int] | None]], **fields: object) -> LabelledImage:
    image = np.full((200, 300, 3), (60, 90, 60), np.uint8)
    for (left, top, right, bottom), mask in faces:
        image[int(top) : int(bottom), int(left) : int(right)] = SKIN
        if mask is not None:
            image[int((top + bottom) / 2) : int(bottom), int(left) : int(right)] = mask
    PilImage.fromarray(image).save(path)
    labels = labelled([(box, WITHOUT if mask is None else WITH) for box, mask in faces], **fields)
    return LabelledImage(**{**vars(labels), "path": path, "width": 300, "height": 200})


@pytest.fixture
def images(tmp_path: Path) -> Dataset:
    first = saved(tmp_path / "a.png", [((20, 20, 80, 80), WHITE), ((120, 20, 180, 80), None)])
    second = saved(tmp_path / "b.png", [((40, 30, 140, 130), BLACK)])
    third = saved(tmp_path / "c.png", [((20, 100, 44, 124), None)])
    return Dataset([first, second, third], "made")


def evaluated(images: Dataset) -> SliceReport:
    return evaluate_slices(skin_finder, images, run_detector(skin_finder, images), OPTIONS)


def by_name(report: SliceReport) -> dict[str, ImageSlice | FaceSlice]:
    return {f"{item.kind}: {item.name}": item for item in (*report.images, *report.faces)}


def test_slices_count_their_images_and_faces(images: Dataset) -> None:
    slices = by_name(evaluated(images))
    whole = slices["as stored: all"]
    assert isinstance(whole, ImageSlice)
    assert (whole.images, whole.masked, whole.unmasked, whole.change) == (3, 2, 2, None)
    assert slices["crowd: 1 face"].images == 2  # type: ignore[union-attr]
    assert slices["crowd: 2-4 faces"].images == 1  # type: ignore[union-attr]
    assert "crowd: 5-9 faces" not in slices
    found = {
        name: (item.recall.hits, item.recall.total) for name, item in slices.items() if isinstance(item, FaceSlice)
    }
    assert found["mask colour: white"][1] == found["mask colour: black"][1] == 1
    assert found["mask colour: light blue"] == (0, 0)
    tones = [total for name, (_, total) in found.items() if name.startswith("skin tone")]
    assert sum(tones) == 4


def test_changes_are_measured_on_the_same_images(images: Dataset) -> None:
    report = evaluated(images)
    slices = by_name(report)
    for corruption in CORRUPTIONS:
        item = slices[f"{corruption.kind}: {corruption.name}"]
        assert isinstance(item, ImageSlice)
        assert (item.images, item.masked + item.unmasked) == (3, 4)
        assert item.change is not None
        before = slices["as stored: all"].mean_ap.value  # type: ignore[union-attr]
        assert item.change.value == pytest.approx(item.mean_ap.value - before)
    dark = slices["light: 3 stops too dark"]
    assert isinstance(dark, ImageSlice)
    assert dark.unmasked_recall.hits == 0
    assert dark.change is not None
    assert dark.change.value is not None
    assert dark.change.value < 0


def test_occluders_lie_on_unmasked_faces_from_32_px(images: Dataset) -> None:
    slices = by_name(evaluated(images))
    unmasked = slices["drawn occluder: nothing"]
    assert isinstance(unmasked, FaceSlice)
    assert (unmasked.recall.hits, unmasked.recall.total, unmasked.label_accuracy.hits) == (1, 1, 1)
    for kind in OCCLUDERS:
        item = slices[f"drawn occluder: {kind}"]
        assert isinstance(item, FaceSlice)
        assert item.recall.total == 1
    paper = slices["drawn occluder: white paper"]
    assert isinstance(paper, FaceSlice)
    assert (paper.recall.hits, paper.predicted["with_mask"].hits, paper.label_accuracy.hits) == (1, 1, 0)


def test_images_without_unmasked_faces_have_empty_occluder_slices(tmp_path: Path) -> None:
    only = Dataset([saved(tmp_path / "a.png", [((20, 20, 80, 80), WHITE)])], "made")
    item = by_name(evaluated(only))["drawn occluder: hand"]
    assert isinstance(item, FaceSlice)
    assert item.recall.total == 0
    assert item.predicted["with_mask"].value is None


def test_states_do_not_count_in_two_class_images(tmp_path: Path) -> None:
    only = Dataset([saved(tmp_path / "a.png", [((20, 20, 80, 80), None)], labels="2class")], "made")
    item = by_name(evaluated(only))["drawn occluder: nothing"]
    assert isinstance(item, FaceSlice)
    assert (item.recall.hits, item.label_accuracy.total) == (1, 0)


def test_loose_boxes_alone_cannot_be_sliced(tmp_path: Path) -> None:
    loose = Dataset([saved(tmp_path / "a.png", [((20, 20, 80, 80), WHITE)], boxes="loose")], "made")
    with pytest.raises(DataError, match="--slices"):
        evaluated(loose)


def test_every_slice_reaches_the_tables_the_json_and_the_csv(images: Dataset) -> None:
    report = evaluated(images)
    assert json.loads(json.dumps(report.to_dict()))["at_confidence"] == OPTIONS.at_confidence
    text = io.StringIO()
    console = Console(file=text, width=200)
    for table in slice_tables(report):
        console.print(table)
    heading, *rows = list(report.rows())
    assert {len(row) for row in rows} == {len(heading)}
    assert len(list(csv.reader(io.StringIO("\n".join(",".join(row) for row in rows))))) == len(rows)
    for name in by_name(report):
        kind, item = name.split(": ")
        assert item in text.getvalue()
        assert any(row[:2] == [kind, item] for row in rows)


def test_field_names_of_json_and_csv_stay(images: Dataset) -> None:
    """Programs read them: the lists may only grow."""
    report = evaluated(images)
    content = report.to_dict()
    assert list(content) == ["at_confidence", "images", "faces"]
    names = ["kind", "name", "images", "masked", "unmasked", "mean_ap", "masked_ap", "unmasked_ap", "change"]
    assert list(content["images"][0]) == [*names, "masked_recall", "unmasked_recall", "label_accuracy"]
    assert list(content["faces"][0]) == ["kind", "name", "recall", "label_accuracy", "predicted"]
    heading, *rows = report.rows()
    assert heading == ["kind", "slice", "metric", "hits", "total", "value", "low", "high"]
    metrics = {"mean_ap", "masked_ap", "unmasked_ap", "change", "masked_recall", "unmasked_recall", "recall"}
    assert {row[2] for row in rows} == metrics | {"label_accuracy", *(f"predicted {name}" for name in REPORTED_STATES)}


def test_upright_boxes_are_evaluated_on_the_upright_image(images: Dataset) -> None:
    """Stored upside down, with an EXIF tag that rotates them back: the results stay the same."""
    turned = []
    for image in images:
        path = save_turned(read_image(image.path), image.path.with_name(f"turned_{image.path.name}"), 3)
        turned.append(replace(image, path=path, upright=True))
    assert by_name(evaluated(Dataset(turned, "turned"))) == by_name(evaluated(images))
