from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from annotation_files import boxes
from maskwatch.data import Dataset, LabelledImage
from photos import photo, save


@pytest.fixture
def labelled(tmp_path: Path) -> Dataset:
    """Five images with all properties: splits, groups, ignore regions, loose boxes, two-class labels, no face."""
    rows: list[dict[str, Any]] = [
        {"xyxy": boxes((10, 20, 50, 70), (60.25, 30.5, 90.75, 80)), "class_id": np.array([0, 2]), "group": 7},
        {"xyxy": boxes((5, 5, 45, 60)), "class_id": np.array([1]), "ignore": boxes((70, 70, 100, 110))},
        {"split": "val", "xyxy": boxes((20, 30, 80, 110)), "class_id": np.array([0]), "labels": "2class"},
        {"split": "test", "xyxy": boxes((12, 8, 70, 90)), "class_id": np.array([2]), "boxes": "loose", "source": "web"},
        {"split": "test"},
    ]
    images = []
    for number, row in enumerate(rows):
        path = save(photo(number), tmp_path / "given" / f"p{number}.png")
        images.append(LabelledImage(path, 120, 150, **row))
    return Dataset(images, "given")


@pytest.fixture
def coco(tmp_path: Path) -> dict[str, Any]:
    """The content of a small COCO file; its one image lies in ``tmp_path``."""
    save(photo(0), tmp_path / "a.jpg")
    return {
        "images": [{"id": 1, "file_name": "a.jpg", "width": 120, "height": 150}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 5, "bbox": [10, 20, 30, 40]}],
        "categories": [{"id": 5, "name": "With Mask"}, {"id": 9, "name": "some-supercategory"}],
    }
