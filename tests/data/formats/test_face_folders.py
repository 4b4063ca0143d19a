from __future__ import annotations

from pathlib import Path

import pytest

from annotation_files import write
from maskwatch.data.formats.folders import read_folders
from maskwatch.detections import MaskState
from maskwatch.errors import DataError
from photos import photo, save


def faces(root: Path, **classes: int) -> Path:
    for name, count in classes.items():
        for number in range(count):
            save(photo(number), root / name / f"{number}.jpg")
    return root


def test_a_folder_for_each_class(tmp_path: Path) -> None:
    faces(tmp_path, with_mask=2, no_mask=1)
    save(photo(5), tmp_path / "with_mask" / "inner" / "more.PNG")
    save(photo(5), tmp_path / "with_mask" / ".hidden.jpg")
    write(tmp_path / "with_mask" / "notes.txt", "not an image")
    dataset = read_folders(tmp_path)
    assert dataset.counts() == {"with_mask": 3, "worn_incorrectly": 0, "without_mask": 1}
    assert dataset.classes == [MaskState.with_mask, MaskState.without_mask]
    assert dataset.splits == {"all": 4}


def test_split_folders(tmp_path: Path) -> None:
    for split, count in (("Train", 2), ("validation", 1), ("occluders", 1)):
        faces(tmp_path / split, mask=count, incorrect=count)
    dataset = read_folders(tmp_path)
    assert dataset.splits == {"train": 4, "occluders": 2, "val": 2}
    assert dataset.split("val").counts() == {"with_mask": 1, "worn_incorrectly": 1, "without_mask": 0}
    with pytest.raises(DataError, match=r"no split called 'test'; it has train \(4\)"):
        dataset.split("test")


def test_names_are_mapped_or_left_out(tmp_path: Path) -> None:
    faces(tmp_path, respirator=1, not_face=2, bare=1)
    with pytest.raises(DataError, match="--map 'not_face=STATE'"):
        read_folders(tmp_path)
    rename = {"respirator": "with_mask", "not_face": "ignore"}
    assert read_folders(tmp_path, rename=rename).counts() == {"with_mask": 1, "worn_incorrectly": 0, "without_mask": 1}


def test_an_empty_class_folder_is_named(tmp_path: Path) -> None:
    faces(tmp_path, with_mask=1)
    (tmp_path / "without_mask").mkdir()
    with pytest.raises(DataError, match=r"without_mask: the class folder is empty; add images or remove it"):
        read_folders(tmp_path)
    problems: list[str] = []
    assert len(read_folders(tmp_path, problems=problems)) == 1
    assert len(problems) == 1


def test_no_classes_no_images_no_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no class folders"):
        read_folders(tmp_path)
    (tmp_path / "with_mask").mkdir()
    with pytest.raises(DataError, match="no images in its class folders"):
        read_folders(tmp_path, problems=[])
    with pytest.raises(DataError, match="no such folder"):
        read_folders(tmp_path / "gone")


def test_groups_come_from_faces_csv(tmp_path: Path) -> None:
    faces(tmp_path, with_mask=2)
    write(tmp_path / "faces.csv", "file,group\nwith_mask/1.jpg,12\n")
    assert [face.group for face in read_folders(tmp_path)] == [None, 12]
    write(tmp_path / "faces.csv", "file,group\nwith_mask/1.jpg,twelve\n")
    with pytest.raises(DataError, match="not a table with columns file and group"):
        read_folders(tmp_path)
