"""An annotation format that MaskWatch does not contain: one CSV table with a row per face."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from maskwatch.data import Dataset, LabelledImage
from maskwatch.data.formats.contract import DataFormat, losses
from maskwatch.data.formats.names import state_of
from maskwatch.data.formats.reading import BoxList, Problems
from maskwatch.data.pixels import stored_size
from maskwatch.detections import STATE_NAMES

HEADER = ("image", "split", "class", "x_min", "y_min", "x_max", "y_max")


def find_csv(folder: Path) -> list[Path]:
    """The table of a folder."""
    return [file for file in [folder / "boxes.csv"] if file.is_file()]


def read_csv(path: Path, *, rename: Mapping[str, str] | None, problems: Problems | None) -> Dataset:
    """Read the table, or the table of a folder."""
    table = path if path.is_file() else path / "boxes.csv"
    with table.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    splits = {row["image"]: row["split"] for row in rows}
    boxes: dict[str, BoxList] = defaultdict(lambda: BoxList(str(table), problems))
    for row in rows:
        if row["class"]:
            box = [float(row[name]) for name in HEADER[3:]]
            boxes[row["image"]].add(box, state_of(row["class"], str(table), rename))
    images = []
    for name, split in splits.items():
        width, height = stored_size(table.parent / name)
        found = boxes[name]
        images.append(
            LabelledImage(table.parent / name, width, height, found.xyxy, found.class_id, found.ignore, split=split)
        )
    return Dataset(images, str(path))


def write_csv(dataset: Dataset, folder: Path) -> None:
    """Write ``boxes.csv``; an image without a face gets a row without a class."""
    with (folder / "boxes.csv").open("w", newline="", encoding="utf-8") as lines:
        table = csv.writer(lines)
        table.writerow(HEADER)
        for image in dataset:
            name = image.path.relative_to(folder).as_posix()
            faces = [
                (STATE_NAMES[state], *box)
                for state, box in zip(image.class_id.tolist(), image.xyxy.tolist(), strict=True)
            ]
            table.writerows((name, image.split, *face) for face in faces or [("", "", "", "", "")])


FORMAT = DataFormat(
    annotations="a table boxes.csv",
    find=find_csv,
    read=read_csv,
    write=write_csv,
    losses=losses,
    image_folder="photos",
    suffixes=(".csv",),
)
