from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from maskwatch.data import Dataset, LabelledImage, read_dataset
from maskwatch.data.convert import convert
from maskwatch.data.formats import FORMATS
from maskwatch.errors import DataError, UsageError
from photos import photo, save


def same_boxes(a: LabelledImage, b: LabelledImage, pixels: float) -> bool:
    return a.class_id.tolist() == b.class_id.tolist() and bool(np.all(np.abs(a.xyxy - b.xyxy) <= pixels))


@pytest.mark.parametrize(("to", "pixels"), [("coco", 0.001), ("voc", 0.5), ("yolo", 0.001)])
def test_round_trip(labelled: Dataset, tmp_path: Path, to: str, pixels: float) -> None:
    before = [image.path.read_bytes() for image in labelled]
    done = convert(labelled, tmp_path / "out", to)
    assert (done.images, done.boxes, done.splits) == (5, 5, {"train": 2, "val": 1, "test": 2})
    again = {image.path.name: image for image in read_dataset(tmp_path / "out")}
    assert len(again) == len(labelled)
    for image, content in zip(labelled, before, strict=True):
        other = again[image.path.name]
        assert same_boxes(image, other, pixels)
        assert (other.split, other.width, other.height) == (image.split, 120, 150)
        assert other.path.read_bytes() == content
        assert other.path != image.path
        assert image.path.read_bytes() == content
        if to != "yolo":
            assert np.abs(image.ignore - other.ignore).max(initial=0) <= pixels
            assert (other.labels, other.boxes, other.group, other.source) == (
                *(image.labels, image.boxes, image.group, image.source),
            )


def test_losses_are_listed(labelled: Dataset, tmp_path: Path) -> None:
    lost = {to: convert(labelled, tmp_path / to, to).lost for to in FORMATS}
    assert lost["coco"] == []
    assert lost["voc"] == ["1 images with fractional box coordinates, which are rounded"]
    assert [line.split()[0] for line in lost["yolo"]] == ["1", "1", "1", "1", "1"]
    assert lost["yolo"][0] == "1 ignore regions"
    whole = Dataset([labelled.images[4]])
    assert convert(whole, tmp_path / "nothing", "yolo").lost == []


def test_through_all_formats_in_a_row(labelled: Dataset, tmp_path: Path) -> None:
    dataset = labelled
    for step, to in enumerate([*FORMATS, *reversed(list(FORMATS))]):
        convert(dataset, tmp_path / str(step), to)
        dataset = read_dataset(tmp_path / str(step))
    again = {image.path.name: image for image in dataset}
    assert all(same_boxes(image, again[image.path.name], 0.51) for image in labelled)


def test_a_json_file_refers_to_the_images_in_place(labelled: Dataset, tmp_path: Path) -> None:
    convert(labelled, tmp_path / "new" / "labels.json", "coco")
    assert [image.path.resolve() for image in read_dataset(tmp_path / "new" / "labels.json")] == [
        image.path.resolve() for image in labelled
    ]
    assert not [path for path in (tmp_path / "new").iterdir() if path.name != "labels.json"]
    with pytest.raises(UsageError, match="exists"):
        convert(labelled, tmp_path / "new" / "labels.json", "coco")
    with pytest.raises(UsageError, match="voc needs a folder"):
        convert(labelled, tmp_path / "other.json", "voc")


def test_links_are_the_same_file_and_copies_are_not(labelled: Dataset, tmp_path: Path) -> None:
    convert(labelled, tmp_path / "links", "coco", link=True)
    convert(labelled, tmp_path / "copies", "coco")
    for image in labelled:
        assert image.path.samefile(tmp_path / "links" / "images" / image.path.name)
        assert not image.path.samefile(tmp_path / "copies" / "images" / image.path.name)


@pytest.mark.parametrize("to", list(FORMATS))
def test_images_of_the_same_name_get_names_of_their_own(tmp_path: Path, to: str) -> None:
    paths = [tmp_path / "in" / folder / name for folder in "ab" for name in ("same.png", "Same.jpg")]
    images = [
        LabelledImage(
            save(photo(n), path), 120, 150, xyxy=np.array([[n, n, 50, 60]], np.float32), class_id=np.array([0])
        )
        for n, path in enumerate(paths)
    ]
    convert(Dataset(images), tmp_path / "out", to)
    again = {float(image.xyxy[0, 0].round()): image for image in read_dataset(tmp_path / "out")}
    assert len(again) == 4
    for n, path in enumerate(paths):
        assert again[n].path.read_bytes() == path.read_bytes()


def test_nothing_is_left_behind_by_a_failure(labelled: Dataset, tmp_path: Path) -> None:
    labelled.images[3].path.unlink()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(Exception, match="cannot be written"):
        convert(labelled, tmp_path / "out", "voc")
    assert sorted(tmp_path.rglob("*")) == before


def test_nothing_is_overwritten(labelled: Dataset, tmp_path: Path) -> None:
    save(photo(9), tmp_path / "out" / "mine.png")
    with pytest.raises(UsageError, match="exists and is not empty"):
        convert(labelled, tmp_path / "out", "yolo")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.png"]


def test_a_split_that_is_no_folder_name(labelled: Dataset, tmp_path: Path) -> None:
    images = [LabelledImage(labelled.images[0].path, 120, 150, split="../up")]
    with pytest.raises(DataError, match="cannot be a folder"):
        convert(Dataset(images), tmp_path / "out", "yolo")
    assert not (tmp_path / "up").exists()


def test_the_files_are_what_other_tools_expect(labelled: Dataset, tmp_path: Path) -> None:
    convert(labelled, tmp_path / "coco", "coco")
    content = json.loads((tmp_path / "coco" / "annotations.json").read_text())
    assert content["images"][0]["file_name"] == "images/p0.png"
    assert content["annotations"][1] == {
        **{"id": 2, "image_id": 1, "category_id": 2, "bbox": [60.25, 30.5, 30.5, 49.5], "area": 1509.75, "iscrowd": 0},
    }
    convert(labelled, tmp_path / "yolo", "yolo")
    assert (tmp_path / "yolo" / "labels" / "val" / "p2.txt").read_text().split() == [
        *("0", "0.4166667", "0.4666667", "0.5000000", "0.5333333"),
    ]
    assert (tmp_path / "yolo" / "labels" / "test" / "p4.txt").read_text() == ""
    convert(labelled, tmp_path / "voc", "voc")
    assert (tmp_path / "voc" / "ImageSets" / "Main" / "test.txt").read_text() == "p3\np4\n"
    assert "<xmin>10</xmin>" in (tmp_path / "voc" / "Annotations" / "p0.xml").read_text()
