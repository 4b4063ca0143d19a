from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as pil

from annotation_files import boxes, write
from maskwatch.data import Dataset, LabelledImage
from maskwatch.data.crop import CropOptions, crop_faces
from maskwatch.data.formats.folders import read_folders
from maskwatch.errors import DataError, UsageError
from maskwatch.images import read_image
from photos import photo, save


def test_faces_go_to_split_and_class_folders(labelled: Dataset, tmp_path: Path) -> None:
    report = crop_faces(labelled, tmp_path / "out", CropOptions(margin=0, quality=0))
    assert {split: dict(counts) for split, counts in report.written.items()} == {
        "train": {"with_mask": 1, "without_mask": 1, "worn_incorrectly": 1},
        "val": {"with_mask": 1},
        "test": {"without_mask": 1},
    }
    assert report.ignored == 1
    cut = read_image(tmp_path / "out" / "train" / "with_mask" / "p0.png")
    assert np.array_equal(cut, read_image(labelled.images[0].path)[20:70, 10:50])
    faces = read_folders(tmp_path / "out")
    assert faces.splits == {"test": 1, "train": 3, "val": 1}


def test_faces_of_one_image_share_a_group(labelled: Dataset, tmp_path: Path) -> None:
    crop_faces(labelled, tmp_path / "out")
    with (tmp_path / "out" / "faces.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    groups = {row["file"]: row["group"] for row in rows}
    assert groups["train/with_mask/p0.jpg"] == groups["train/without_mask/p0.jpg"] == "7"
    assert len(set(groups.values())) == len({row["image"] for row in rows})
    assert rows[0]["image"] == str(labelled.images[0].path)
    assert {face.path.name: str(face.group) for face in read_folders(tmp_path / "out").split("test")} == {
        "p3.jpg": groups["test/without_mask/p3.jpg"]
    }


def test_one_split_needs_no_split_folders(labelled: Dataset, tmp_path: Path) -> None:
    crop_faces(labelled.split("train"), tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir() if path.is_dir()) == [
        *("with_mask", "without_mask", "worn_incorrectly"),
    ]


def test_faces_left_out_are_counted(labelled: Dataset, tmp_path: Path) -> None:
    report = crop_faces(labelled, tmp_path / "out", CropOptions(min_size=41, only_3class=True))
    assert report.too_small == 3
    assert report.not_3class == 1
    assert sum(sum(counts.values()) for counts in report.written.values()) == 1
    with pytest.raises(DataError, match="no face to crop"):
        crop_faces(labelled, tmp_path / "none", CropOptions(min_size=1000))
    assert not (tmp_path / "none").exists()


def test_a_box_beyond_the_image_is_no_face(tmp_path: Path) -> None:
    path = save(photo(0), tmp_path / "a.png")
    image = LabelledImage(path, 120, 150, xyxy=boxes((130, 10, 150, 40), (100, 10, 140, 40)), class_id=np.array([0, 2]))
    report = crop_faces(Dataset([image]), tmp_path / "out")
    assert report.too_small == 1
    assert dict(report.written["train"]) == {"without_mask": 1}


def test_bad_images_are_named_and_the_others_done(labelled: Dataset, tmp_path: Path) -> None:
    write(labelled.images[0].path, "no image")
    labelled.images[1].path.unlink()
    images = [*labelled.images[:3], replace(labelled.images[3], width=300)]
    report = crop_faces(Dataset(images), tmp_path / "out")
    assert [line.split(":")[0] for line in report.unreadable] == [str(image.path) for image in (*images[:2], images[3])]
    assert "120 x 150 pixels, but its annotation says 300 x 150" in report.unreadable[2]
    assert list(report.written) == ["val"]


def test_boxes_follow_the_position_they_were_drawn_in(tmp_path: Path) -> None:
    image = photo(0, width=120, height=80)
    exif = pil.Exif()
    exif[0x0112] = 6
    pil.fromarray(image).save(tmp_path / "a.png", exif=exif)
    turned = np.rot90(image, -1)
    for name, width, height, expected in (("stored", 120, 80, image), ("upright", 80, 120, turned)):
        labelled = LabelledImage(
            tmp_path / "a.png", width, height, xyxy=boxes((10, 20, 40, 60)), class_id=np.array([0])
        )
        crop_faces(Dataset([labelled]), tmp_path / name, CropOptions(margin=0, quality=0))
        cut = read_image(tmp_path / name / "with_mask" / "a.png")
        assert np.array_equal(cut, expected[20:60, 10:40])


def test_options_out_of_range() -> None:
    with pytest.raises(UsageError, match="margin"):
        CropOptions(margin=-0.1)
    with pytest.raises(UsageError, match="quality"):
        CropOptions(quality=101)


def test_nothing_is_overwritten(labelled: Dataset, tmp_path: Path) -> None:
    save(photo(9), tmp_path / "out" / "mine.png")
    with pytest.raises(UsageError, match="exists and is not empty"):
        crop_faces(labelled, tmp_path / "out")
