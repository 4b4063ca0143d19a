from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from annotation_files import voc_xml, write, write_json
from maskwatch.data import read_dataset
from maskwatch.errors import DataError
from photos import photo, save

FACE = ("with_mask", (10, 20, 40, 60))


def test_coco_file_folder_and_split_folders(tmp_path: Path, coco: dict[str, Any]) -> None:
    write_json(tmp_path / "labels.json", coco)
    write_json(tmp_path / "report.json", {"of": "something else"})
    for path in (tmp_path, tmp_path / "labels.json", str(tmp_path)):
        assert len(read_dataset(path)) == 1
    for split in ("train", "valid"):
        save(photo(0), tmp_path / "splits" / split / "a.jpg")
        write_json(tmp_path / "splits" / split / "_annotations.coco.json", coco)
    assert read_dataset(tmp_path / "splits").splits == {"train": 1, "val": 1}


def test_voc_and_yolo_are_distinguished(tmp_path: Path) -> None:
    save(photo(0), tmp_path / "voc" / "a.jpg")
    write(tmp_path / "voc" / "a.xml", voc_xml(FACE))
    save(photo(0), tmp_path / "yolo" / "images" / "a.jpg")
    write(tmp_path / "yolo" / "labels" / "a.txt", "0 0.5 0.5 0.2 0.2\n")
    write(tmp_path / "yolo" / "data.yaml", "train: images\nnames: [mask]\n")
    for path in (tmp_path / "voc", tmp_path / "yolo", tmp_path / "yolo" / "data.yaml"):
        (image,) = read_dataset(path)
        assert image.class_id.tolist() == [0]


def test_two_formats_in_one_folder_need_a_choice(tmp_path: Path, coco: dict[str, Any]) -> None:
    write_json(tmp_path / "annotations.json", coco)
    write(tmp_path / "a.xml", voc_xml(FACE))
    with pytest.raises(DataError, match=r"more than one format \(coco, voc\)"):
        read_dataset(tmp_path)
    assert len(read_dataset(tmp_path / "annotations.json")) == 1


def test_two_coco_files_need_a_choice(tmp_path: Path, coco: dict[str, Any]) -> None:
    for name in ("one.json", "two.json"):
        write_json(tmp_path / name, coco)
    with pytest.raises(DataError, match=r"more than one \.json \(one.json, two.json\)"):
        read_dataset(tmp_path)


def test_missing_images(tmp_path: Path, coco: dict[str, Any]) -> None:
    coco["images"] += [{"id": n, "file_name": f"gone{n}.jpg", "width": 9, "height": 9} for n in (2, 3)]
    path = write_json(tmp_path / "annotations.json", coco)
    with pytest.raises(DataError, match=r"2 of 3 images are missing, the first is .*gone2.jpg"):
        read_dataset(path)
    problems: list[str] = []
    assert [image.path.name for image in read_dataset(path, problems=problems)] == ["a.jpg"]
    assert [problem.split(":")[0] for problem in problems] == [str(tmp_path / f"gone{n}.jpg") for n in (2, 3)]


def test_nothing_that_can_be_read(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    save(photo(0), tmp_path / "faces" / "with_mask" / "a.jpg")
    for path, complaint in (
        (tmp_path / "gone", "not found"),
        (empty, "no labelled images"),
        (tmp_path / "faces", "images but no annotations"),
        (write(tmp_path / "a.csv", "x"), "not an annotation file"),
    ):
        with pytest.raises(DataError, match=complaint):
            read_dataset(path)


@pytest.mark.shared
def test_the_maintainers_sets(shared: Path) -> None:
    detection = read_dataset(shared / "data" / "detection")
    assert detection.splits == {"train": 3548, "val": 147, "test": 255}
    assert detection.split("test").counts() == {"with_mask": 686, "worn_incorrectly": 53, "without_mask": 196}
    assert read_dataset(shared / "data" / "weak").splits == {"train": 1795, "occluders": 23}
