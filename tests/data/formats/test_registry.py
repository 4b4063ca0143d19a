"""The registry of annotation formats: each entry keeps the contract, and a format from elsewhere needs one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotation_files import write
from maskwatch.data import Dataset, read_dataset
from maskwatch.data.collection import read_collection
from maskwatch.data.convert import convert
from maskwatch.data.formats import FORMATS, data_format
from maskwatch.errors import DataError, UsageError


@pytest.fixture(autouse=True)
def _csv_format(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORMATS, "csv", "csv_format:FORMAT")


@pytest.mark.parametrize("name", [*FORMATS, "csv"])
def test_a_format_finds_and_reads_what_it_writes(labelled: Dataset, tmp_path: Path, name: str) -> None:
    done = convert(labelled, tmp_path / "out", name)
    record = data_format(name)
    assert record.find(tmp_path / "out")
    assert not record.find(tmp_path / "given")
    again = read_dataset(tmp_path / "out")
    assert again.counts() == labelled.counts()
    assert again.splits == done.splits == labelled.splits
    for image in again:
        assert str(image.path.relative_to(tmp_path / "out")).startswith(record.image_folder.format(split=image.split))


def test_a_format_from_elsewhere_is_used_like_the_others(labelled: Dataset, tmp_path: Path) -> None:
    done = convert(labelled, tmp_path / "csv", "csv")
    assert [line.partition(" ")[2] for line in done.lost] == [
        *("ignore regions", "images marked 2class", "images marked loose or detector"),
        *("images with a group number", "images with a source name"),
    ]
    assert len(read_dataset(tmp_path / "csv" / "boxes.csv")) == 5
    assert read_collection([tmp_path / "csv"]).has_boxes
    convert(read_dataset(tmp_path / "csv"), tmp_path / "yolo", "yolo")
    assert read_dataset(tmp_path / "yolo").counts() == labelled.counts()


def test_messages_name_the_format_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"a COCO \.json, Pascal VOC .*, YOLO .* or a table boxes\.csv"):
        read_dataset(tmp_path / "empty")
    with pytest.raises(DataError, match=r"give a COCO \.json, YOLO .* or a table boxes\.csv, or a folder"):
        read_dataset(write(tmp_path / "notes.txt", "x"))
    with pytest.raises(UsageError, match="pdf is not known; take one of coco, voc, yolo, csv"):
        convert(Dataset([]), tmp_path / "out", "pdf")
