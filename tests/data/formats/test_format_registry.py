"""A format from outside the package: one record in the registry, and every command reads and writes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from maskwatch.data import Dataset, LabelledImage, read_dataset
from maskwatch.data.convert import convert
from maskwatch.data.formats.format import Format
from maskwatch.data.formats.problems import Problems
from maskwatch.data.formats.readers import FORMATS
from maskwatch.errors import UsageError


def _read(path: Path, /, *, rename: Mapping[str, str] | None = None, problems: Problems | None = None) -> Dataset:
    rows = json.loads((path / "faces.lines").read_text())
    return Dataset(
        [
            LabelledImage(
                path / row["image"], *row["size"], np.array(row["boxes"], np.float32), np.array(row["states"])
            )
            for row in rows
        ],
        str(path),
    )


def _write(dataset: Dataset, folder: Path) -> None:
    rows = [
        {
            "image": str(image.path.relative_to(folder)),
            "size": [image.width, image.height],
            "boxes": image.xyxy.tolist(),
            "states": image.class_id.tolist(),
        }
        for image in dataset
    ]
    (folder / "faces.lines").write_text(json.dumps(rows))


LINES = Format(
    annotations="a faces.lines file",
    recognise=lambda folder: (folder / "faces.lines").is_file(),
    read=_read,
    suffixes=(),
    images="photos",
    write=_write,
    losses=lambda dataset: [f"{len(dataset)} images: their splits"],
)


def test_one_entry_adds_a_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORMATS, "lines", LINES)
    Image.new("RGB", (40, 30)).save(tmp_path / "a.png")
    box = np.array([[1, 2, 21, 22]], np.float32)
    source = LabelledImage(tmp_path / "a.png", 40, 30, box, np.array([2]))
    done = convert(Dataset([source]), tmp_path / "out", "lines")
    assert (done.format, done.images, done.lost) == ("lines", 1, ["1 images: their splits"])
    assert (tmp_path / "out" / "photos" / "a.png").is_file()
    (again,) = read_dataset(tmp_path / "out")
    assert again.xyxy.tolist() == source.xyxy.tolist()
    assert again.class_id.tolist() == [2]
    with pytest.raises(UsageError, match="needs a folder"):
        convert(Dataset([source]), tmp_path / "faces.json", "lines")


def test_an_unknown_format_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'pdf'; choose one of coco, voc, yolo"):
        convert(Dataset([]), tmp_path / "out", "pdf")
