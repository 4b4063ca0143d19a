from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from annotation_files import write_json
from maskwatch.data.formats.coco import read_coco
from maskwatch.errors import DataError
from photos import photo, save


def test_boxes_states_and_fields_of_ours(tmp_path: Path, coco: dict[str, Any]) -> None:
    coco["images"][0] |= {"split": "val", "group": 3, "labels": "2class", "boxes": "loose", "source": "web"}
    coco["images"][0]["ignore"] = [[1, 2, 3, 4]]
    coco["annotations"].append({"id": 2, "image_id": 1, "category_id": 5, "bbox": [50, 60, 10, 10], "iscrowd": 1})
    (image,) = read_coco(write_json(tmp_path / "annotations.json", coco))
    assert image.xyxy.tolist() == [[10, 20, 40, 60]]
    assert image.class_id.tolist() == [0]
    assert sorted(image.ignore.tolist()) == [[1, 2, 4, 6], [50, 60, 60, 70]]
    assert (image.split, image.group, image.labels, image.boxes, image.source) == ("val", 3, "2class", "loose", "web")
    assert image.path == tmp_path / "a.jpg"


def test_images_may_lie_in_images(tmp_path: Path, coco: dict[str, Any]) -> None:
    save(photo(1), tmp_path / "set" / "images" / "a.jpg")
    (image,) = read_coco(write_json(tmp_path / "set" / "annotations.json", coco))
    assert image.path == tmp_path / "set" / "images" / "a.jpg"


def test_a_category_that_nothing_uses_may_be_called_anything(tmp_path: Path, coco: dict[str, Any]) -> None:
    assert len(read_coco(write_json(tmp_path / "annotations.json", coco))) == 1
    coco["annotations"][0]["category_id"] = 9
    with pytest.raises(DataError, match="some-supercategory"):
        read_coco(write_json(tmp_path / "annotations.json", coco))
    (image,) = read_coco(tmp_path / "annotations.json", rename={"some-supercategory": "ignore"})
    assert not len(image.xyxy)
    assert len(image.ignore) == 1


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda c: c.pop("categories"), "not a COCO detection file (KeyError: 'categories')"),
        (lambda c: c["annotations"][0].pop("bbox"), "not a COCO detection file"),
        (lambda c: c["annotations"][0].update(bbox=[1, 2, 3]), "not a COCO detection file"),
        (lambda c: c["annotations"][0].update(category_id=4), "has category 4, which 'categories' does not list"),
        (lambda c: c["annotations"][0].update(bbox=[1, 2, 0, 4]), "a box has no area (1, 2, 1, 6)"),
        (lambda c: c["annotations"][0].update(bbox=[1, 2, float("nan"), 4]), "a box has no area"),
        (lambda c: c["annotations"][0].update(image_id=8), "1 boxes belong to image 8, which is not listed"),
        (lambda c: c["images"][0].pop("file_name"), "not a COCO detection file (KeyError: 'file_name')"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, coco: dict[str, Any], change: Any, complaint: str) -> None:
    change(coco)
    with pytest.raises(DataError, match=re.escape(complaint)) as raised:
        read_coco(write_json(tmp_path / "annotations.json", coco))
    assert "\n" not in str(raised.value)
    assert "annotations.json" in str(raised.value)


@pytest.mark.parametrize("text", ["", "[]", "3", '{"images": 1', "\x00"])
def test_files_that_are_no_coco(tmp_path: Path, text: str) -> None:
    (tmp_path / "annotations.json").write_text(text)
    with pytest.raises(DataError, match="not a COCO detection file"):
        read_coco(tmp_path / "annotations.json")


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_coco(tmp_path / "annotations.json")


def test_problems_are_collected_and_the_rest_is_read(tmp_path: Path, coco: dict[str, Any]) -> None:
    coco["annotations"].append({"id": 2, "image_id": 1, "category_id": 5, "bbox": [5, 5, -3, 4]})
    problems: list[str] = []
    (image,) = read_coco(write_json(tmp_path / "annotations.json", coco), problems=problems)
    assert np.array_equal(image.xyxy, [[10, 20, 40, 60]])
    assert len(problems) == 1
    assert "a.jpg: a box has no area (5, 5, 2, 9)" in problems[0]
