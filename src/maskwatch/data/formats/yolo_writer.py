"""Writing YOLO annotations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from maskwatch.data.dataset import Dataset, LabelledImage
from maskwatch.data.formats.format import count
from maskwatch.detections import STATE_NAMES


def write_yolo_files(dataset: Dataset, folder: Path) -> None:
    """Write ``labels/<split>/*.txt`` and ``data.yaml`` for images that lie in ``folder/images/<split>``.

    Classes keep the numbers of `MaskState`. Images without a face get an empty file. ``upright`` in ``data.yaml``
    says that all boxes are in pixels of images turned by their EXIF tags; of part of them it cannot be said.
    """
    import yaml

    for image in dataset:
        file = folder / "labels" / image.split / f"{image.path.stem}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{line}\n" for line in _label_lines(image)), encoding="utf-8")
    content: dict[str, Any] = {split: f"images/{split}" for split in dataset.splits}
    if all(image.upright for image in dataset):
        content["upright"] = True
    content["names"] = dict(enumerate(STATE_NAMES))
    (folder / "data.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def _label_lines(image: LabelledImage) -> Iterator[str]:
    for box, state in zip(image.xyxy.tolist(), image.class_id.tolist(), strict=True):
        x1, y1, x2, y2 = box
        shares = ((x1 + x2) / 2 / image.width, (y1 + y2) / 2 / image.height)
        sides = ((x2 - x1) / image.width, (y2 - y1) / image.height)
        yield " ".join([str(state), *(f"{value:.7f}" for value in (*shares, *sides))])


def yolo_losses(dataset: Dataset) -> list[str]:
    """What YOLO files cannot represent of a data set, one line each."""
    turned = count(dataset, lambda i: i.upright)
    kinds = {
        "ignored boxes, which say that a face there counts neither way": sum(len(image.ignore) for image in dataset),
        "images: that incorrect wearing was not marked there (2class)": count(dataset, lambda i: i.labels == "2class"),
        "images: that their boxes are loose or a detector's": count(dataset, lambda i: i.boxes != "tight"),
        "images: the number of their duplicate group": count(dataset, lambda i: i.group is not None),
        "images: the name of their source": count(dataset, lambda i: bool(i.source)),
        "images: that their boxes are in upright pixels": turned if turned < len(dataset) else 0,
    }
    return [f"{number} {kind}" for kind, number in kinds.items() if number]
