from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("keras", reason="training needs the extra: pip install 'maskwatch[train]'")


@pytest.fixture
def toy_coco(tmp_path: Path) -> Path:
    """Twelve images of one coloured disc each, a "face" whose state is its colour; four of them validate."""
    rng = np.random.default_rng(0)
    colors = ((30, 160, 60), (230, 160, 20), (220, 60, 60))
    images, annotations = [], []
    for i in range(12):
        example = rng.integers(90, 140, (160, 200, 3)).astype(np.uint8)
        x, y, radius = rng.integers(40, 160), rng.integers(40, 120), 24
        rows, columns = np.ogrid[:160, :200]
        example[(rows - y) ** 2 + (columns - x) ** 2 < radius**2] = colors[i % 3]
        Image.fromarray(example).save(tmp_path / f"{i}.png")
        split = "val" if (i % 3 == 2 and i > 2) or i == 3 else "train"
        images.append({"id": i, "file_name": f"{i}.png", "width": 200, "height": 160, "split": split})
        box = [int(x) - radius, int(y) - radius, 2 * radius, 2 * radius]
        annotations.append({"id": i, "image_id": i, "category_id": i % 3, "bbox": box})
    names = ("with_mask", "worn_incorrectly", "without_mask")
    categories = [{"id": i, "name": name} for i, name in enumerate(names)]
    path = tmp_path / "annotations.json"
    path.write_text(json.dumps({"images": images, "annotations": annotations, "categories": categories}))
    return path
