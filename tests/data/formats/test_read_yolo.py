from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from annotation_files import write
from maskwatch.data.formats.yolo import read_yolo
from maskwatch.errors import DataError
from photos import photo, save

NAMES = "names: [with_mask, mask_weared_incorrect, without_mask]\n"
LINE = "2 0.5 0.4 0.2 0.1\n"
BOX = [[48, 52.5, 72, 67.5]]


def test_data_yaml_in_ultralytics_form(tmp_path: Path) -> None:
    for split in ("train", "val"):
        save(photo(0), tmp_path / "images" / split / "a.jpg")
        write(tmp_path / "labels" / split / "a.txt", LINE)
    write(tmp_path / "data.yaml", "path: .\ntrain: images/train\nval: images/val\ntest: images/gone\n" + NAMES)
    for path in (tmp_path, tmp_path / "data.yaml"):
        dataset = read_yolo(path)
        assert dataset.splits == {"train": 1, "val": 1}
        for image in dataset:
            assert np.allclose(image.xyxy, BOX, atol=1e-4)
            assert image.class_id.tolist() == [2]
            assert (image.width, image.height) == (120, 150)


def test_data_yaml_in_roboflow_form(tmp_path: Path) -> None:
    for split in ("train", "valid"):
        save(photo(0), tmp_path / split / "images" / "a.jpg")
        write(tmp_path / split / "labels" / "a.txt", LINE)
    config = (
        "train: ../train/images\nval: ../valid/images\nnc: 3\nroboflow:\n  version: 1\nnames:\n  0: mask\n  2: bare\n"
    )
    write(tmp_path / "data.yaml", config)
    assert read_yolo(tmp_path).splits == {"train": 1, "val": 1}


def test_lists_of_images(tmp_path: Path) -> None:
    save(photo(0), tmp_path / "images" / "a.jpg")
    save(photo(1), tmp_path / "images" / "b.jpg")
    write(tmp_path / "labels" / "a.txt", LINE)
    write(tmp_path / "train.txt", "images/a.jpg\n\n")
    write(tmp_path / "data.yaml", "train: [train.txt]\nval: images/../images\n" + NAMES)
    assert read_yolo(tmp_path).splits == {"train": 1, "val": 2}


@pytest.mark.parametrize("names", ["classes.txt", "labels/classes.txt"])
def test_a_folder_without_data_yaml(tmp_path: Path, names: str) -> None:
    save(photo(0), tmp_path / "images" / "test" / "a.jpg")
    save(photo(1), tmp_path / "images" / "test" / "no_face.jpg")
    write(tmp_path / "labels" / "test" / "a.txt", LINE)
    write(tmp_path / names, "mask\nincorrect\nface\n")
    read = {image.path.stem: image for image in read_yolo(tmp_path)}
    assert read["a"].class_id.tolist() == [2]
    assert read["a"].split == "test"
    assert not len(read["no_face"].xyxy)


def test_polygons_become_boxes(tmp_path: Path) -> None:
    save(photo(0), tmp_path / "images" / "a.jpg")
    write(tmp_path / "labels" / "a.txt", "0 0.1 0.2 0.5 0.1 0.3 0.6\n")
    write(tmp_path / "data.yaml", "train: images\n" + NAMES)
    (image,) = read_yolo(tmp_path)
    assert np.allclose(image.xyxy, [[12, 15, 60, 90]], atol=1e-4)


def test_a_confidence_is_passed_over(tmp_path: Path) -> None:
    save(photo(0), tmp_path / "images" / "a.jpg")
    write(tmp_path / "labels" / "a.txt", "2 0.5 0.4 0.2 0.1 0.93\n")
    write(tmp_path / "data.yaml", "train: images\n" + NAMES)
    (image,) = read_yolo(tmp_path)
    assert np.allclose(image.xyxy, BOX, atol=1e-4)


@pytest.mark.parametrize("order", [("train", "val"), ("val", "train")])
def test_a_folder_named_for_train_and_val_is_not_divided(tmp_path: Path, order: tuple[str, str]) -> None:
    save(photo(0), tmp_path / "images" / "a.jpg")
    write(tmp_path / "labels" / "a.txt", LINE)
    write(tmp_path / "data.yaml", "".join(f"{split}: images\n" for split in order) + NAMES)
    assert read_yolo(tmp_path).splits == {"train": 1}


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("0 0.5 0.5 0.2", "4 numbers; write 'class x y width height'"),
        ("0 0.5 0.5 0.2 0.1 0.9 0.1 0.1", "8 numbers"),
        ("0 0.5 0.5 0.2 0.1 90", "values outside 0..1"),
        ("face 0.5 0.5 0.2 0.1", "not numbers"),
        ("0 60 70 20 30", "values outside 0..1; YOLO boxes are fractions of the image, not pixels"),
        ("0 nan 0.5 0.2 0.1", "values outside 0..1"),
        ("3 0.5 0.5 0.2 0.1", "class 3, but there are only 3 names"),
        ("0 0.5 0.5 0 0.1", "a box has no area"),
    ],
)
def test_bad_lines_are_named_and_other_images_read(tmp_path: Path, line: str, complaint: str) -> None:
    for name, text in (("a", "\n" + line), ("b", LINE)):
        save(photo(0), tmp_path / "images" / f"{name}.jpg")
        write(tmp_path / "labels" / f"{name}.txt", text)
    write(tmp_path / "data.yaml", "train: images\n" + NAMES)
    with pytest.raises(DataError, match=re.escape(complaint)):
        read_yolo(tmp_path)
    problems: list[str] = []
    read = {image.path.stem: image for image in read_yolo(tmp_path, problems=problems)}
    assert np.allclose(read["b"].xyxy, BOX, atol=1e-4)
    assert len(problems) == 1
    assert "a.txt" in problems[0]


def test_a_file_that_is_no_image_is_named(tmp_path: Path) -> None:
    write(tmp_path / "images" / "a.jpg", "no image")
    save(photo(0), tmp_path / "images" / "b.jpg")
    write(tmp_path / "labels" / "b.txt", LINE)
    write(tmp_path / "data.yaml", "train: images\n" + NAMES)
    problems: list[str] = []
    assert len(read_yolo(tmp_path, problems=problems)) == 1
    assert "a.jpg: not a readable image" in problems[0]


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        ("train: images\n", "no class names"),
        ("train: elsewhere\n" + NAMES, "lists elsewhere for train, which is missing"),
        ("names: [a\n", "cannot be read"),
        ("- names\n", "not a YOLO data.yaml"),
    ],
)
def test_configurations_that_do_not_fit(tmp_path: Path, config: str, complaint: str) -> None:
    save(photo(0), tmp_path / "images" / "a.jpg")
    write(tmp_path / "labels" / "a.txt", LINE)
    with pytest.raises(DataError, match=complaint):
        read_yolo(write(tmp_path / "data.yaml", config))


def test_two_configurations_and_missing_labels(tmp_path: Path) -> None:
    save(photo(0), tmp_path / "images" / "a.jpg")
    for name in ("one.yaml", "two.yaml"):
        write(tmp_path / name, "train: images\n" + NAMES)
    with pytest.raises(DataError, match=r"more than one YOLO configuration \(one.yaml, two.yaml\)"):
        read_yolo(tmp_path)
    with pytest.raises(DataError, match=r"none of the 1 images has a label file; expected .*labels/a.txt"):
        read_yolo(tmp_path / "one.yaml")
