"""Labels that ``maskwatch detect`` writes are read back: the same faces on the same pixels."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from annotation_files import boxes
from maskwatch.data import Dataset, read_dataset
from maskwatch.data.convert import convert
from maskwatch.data.pixels import labelled_pixels
from maskwatch.detections import Detections
from maskwatch.frames import Frame
from maskwatch.images import read_image
from maskwatch.sinks.coco import CocoSink
from maskwatch.sinks.yolo import YoloSink
from photos import photo, save_turned

FACES = Detections(
    boxes((10.5, 20, 50, 60.25), (60, 80, 108, 119)),
    np.array([0.9, 0.8], np.float32),
    np.array([[0.25, 0.5, 0.25], [0.1, 0.1, 0.8]], np.float32),
)
SIDE = 120
ORIENTATIONS = range(1, 9)


def detected(folder: Path, name: str) -> Path:
    """Square images of all orientations in ``images/``, and what was found in them, as COCO or YOLO labels."""
    sink = CocoSink(folder / "annotations.json") if name == "coco" else YoloSink(folder)
    with sink:
        for orientation in ORIENTATIONS:
            path = save_turned(photo(orientation, SIDE, SIDE), folder / "images" / f"{orientation}.png", orientation)
            sink.write(Frame(read_image(path), 0, None, str(path)), FACES)
    return folder


def check(dataset: Dataset, pixels: float = 0.01) -> None:
    assert [image.path.stem for image in dataset] == [str(orientation) for orientation in ORIENTATIONS]
    assert dataset.splits == {"train": len(ORIENTATIONS)}
    for orientation, image in zip(ORIENTATIONS, dataset, strict=True):
        assert np.array_equal(labelled_pixels(image), photo(orientation, SIDE, SIDE))
        assert np.allclose(image.xyxy, FACES.xyxy, atol=pixels)
        assert image.class_id.tolist() == [1, 2]


@pytest.mark.parametrize("name", ["coco", "yolo"])
def test_results_are_read_back(tmp_path: Path, name: str) -> None:
    check(read_dataset(detected(tmp_path / "found", name)))


@pytest.mark.parametrize("to", ["coco", "voc", "yolo"])
def test_converted_boxes_stay_on_their_faces(tmp_path: Path, to: str) -> None:
    done = convert(read_dataset(detected(tmp_path / "found", "coco")), tmp_path / "out", to)
    assert not [line for line in done.lost if "upright" in line]
    check(read_dataset(tmp_path / "out"), 0.51 if to == "voc" else 0.01)


def test_yolo_cannot_say_upright_of_some_images(tmp_path: Path) -> None:
    found = read_dataset(detected(tmp_path / "found", "coco"))
    (tmp_path / "other").mkdir()
    path = shutil.copy(found.images[0].path, tmp_path / "other" / "plain.png")
    mixed = Dataset([*found, type(found.images[0])(Path(path), SIDE, SIDE)])
    assert "8 images marked upright" in convert(mixed, tmp_path / "out", "yolo").lost
    assert not any(image.upright for image in read_dataset(tmp_path / "out"))
