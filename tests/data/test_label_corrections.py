from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from annotation_files import boxes, write
from maskwatch.data import Dataset, LabelledImage, read_dataset
from maskwatch.data.label_corrections import HEADER, correct_all_labels, correct_labels, read_label_corrections
from maskwatch.errors import DataError

HEAD = ",".join(HEADER)
PROJECT = Path(__file__).parents[2]
Corrections = Callable[..., Path]


@pytest.fixture
def dataset() -> Dataset:
    faces = boxes((0, 0, 40, 50), (50, 0, 90, 50))
    return Dataset(
        [
            LabelledImage(Path("a.jpg"), 100, 100, faces, np.array([0, 2]), boxes((0, 60, 20, 80)), labels="2class"),
            LabelledImage(Path("b.jpg"), 100, 100, boxes((0, 0, 40, 50)), np.array([1]), split="val"),
        ],
        "images",
    )


@pytest.fixture
def corrections(tmp_path: Path) -> Corrections:
    def written(*lines: str) -> Path:
        return write(tmp_path / "labels.csv", "\n".join([HEAD, *lines]) + "\n")

    return written


def faces(image: LabelledImage) -> list[tuple[int, list[float]]]:
    return sorted(zip(image.class_id.tolist(), image.xyxy.tolist(), strict=True))


def test_faces_change_their_state_come_and_go(dataset: Dataset, corrections: Corrections) -> None:
    path = corrections(
        "a.jpg,1,1,40,50,with_mask,worn_incorrectly,nose out",
        "a.jpg,50,0,90,50,without_mask,,no face",
        "a.jpg,50,60,70,80,,without_mask,unlabelled face",
        "b.jpg,60,60,80,80,,ignore,blurred",
    )
    a, b = correct_labels(dataset, path)
    assert faces(a) == [(1, [0, 0, 40, 50]), (2, [50, 60, 70, 80])]
    assert a.ignore.tolist() == [[0, 60, 20, 80]]
    assert faces(b) == [(1, [0, 0, 40, 50])]
    assert b.ignore.tolist() == [[60, 60, 80, 80]]
    assert dataset.counts() == {"with_mask": 1, "worn_incorrectly": 1, "without_mask": 1}, "the first one is unchanged"


def test_faces_are_ignored_and_no_longer_ignored(dataset: Dataset, corrections: Corrections) -> None:
    path = corrections(
        "a.jpg,50,0,90,50,without_mask,ignore,turned away",
        "a.jpg,0,60,20,80,ignore,with_mask,masked",
        "b.jpg,0,0,40,50,worn_incorrectly,ignore,drawing",
    )
    a, b = correct_labels(dataset, path)
    assert faces(a) == [(0, [0, 0, 40, 50]), (0, [0, 60, 20, 80])]
    assert a.ignore.tolist() == [[50, 0, 90, 50]]
    assert b.xyxy.shape == (0, 4)
    assert b.class_id.dtype == np.int64
    assert b.ignore.tolist() == [[0, 0, 40, 50]]


def test_images_are_dropped_and_become_3class(dataset: Dataset, corrections: Corrections) -> None:
    path = corrections("a.jpg,,,,,2class,3class,every face looked at", "b.jpg,,,,,image,,twin of c.jpg")
    (a,) = correct_labels(dataset, path)
    assert (a.path.name, a.labels) == ("a.jpg", "3class")


def test_several_data_sets_share_a_file(dataset: Dataset, corrections: Corrections) -> None:
    first, second = (Dataset([image], image.path.stem) for image in dataset)
    path = corrections("b.jpg,0,0,40,50,worn_incorrectly,with_mask,masked", "c.jpg,,,,,image,,twin of b.jpg")
    kept, changed = correct_all_labels([first, second], path)
    assert kept.images == first.images
    assert (changed.name, changed.counts()["with_mask"]) == ("b", 1)
    with pytest.raises(DataError, match=r"labels.csv, line 2: no image called b.jpg in a; give the complete data set"):
        correct_labels(first, path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a.jpg,0,0,40,50,without_mask,with_mask,x", r"should have a box labelled without_mask .* is with_mask"),
        ("a.jpg,0,50,40,100,without_mask,with_mask,x", r"at \(0, 50, 40, 100\), but there is no box"),
        ("a.jpg,0,0,40,50,,with_mask,x", "should have a face without a box .* but the box there is with_mask"),
        ("a.jpg,0,60,20,80,,ignore,x", "should have a face without a box .* is ignore"),
        ("b.jpg,,,,,2class,3class,x", "b.jpg is already 3class"),
        ("z.jpg,0,0,40,50,,ignore,x", "no image called z.jpg in images"),
        ("a.jpg,0,0,40,50,masked,with_mask,x", "'masked' cannot become 'with_mask'; for a box use with_mask,"),
        ("a.jpg,0,0,40,50,with_mask,with_mask,x", "cannot become"),
        ("a.jpg,0,0,40,50,image,,x", "'image' cannot become ''"),
        ("a.jpg,0,0,40,wide,,with_mask,x", "must be numbers"),
        ("a.jpg,0,0,0,50,,with_mask,x", "the box has no area"),
        ("a.jpg,0,0,nan,50,,with_mask,x", "the box has no area"),
        ("a.jpg,0,0,40,50,,with_mask", "needs 8 columns"),
        ("a.jpg,0,0,40,50,,with_mask,x,y", "needs 8 columns"),
    ],
)
def test_a_line_that_fits_nothing_is_named(dataset: Dataset, corrections: Corrections, line: str, message: str) -> None:
    with pytest.raises(DataError, match=rf"labels.csv, line 2: .*{message}"):
        correct_labels(dataset, corrections(line))


def test_applied_twice_is_an_error_not_a_second_change(dataset: Dataset, corrections: Corrections) -> None:
    path = corrections("a.jpg,50,60,70,80,,without_mask,unlabelled face")
    once = correct_labels(dataset, path)
    with pytest.raises(DataError, match="already corrected"):
        correct_labels(once, path)


def test_two_images_of_a_name_are_not_guessed(dataset: Dataset, corrections: Corrections) -> None:
    twice = dataset + dataset
    assert len(correct_labels(twice, corrections())) == 4
    with pytest.raises(DataError, match=r"2 images are called a\.jpg"):
        correct_labels(twice, corrections("a.jpg,,,,,image,,x"))


def test_files_that_are_no_corrections(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_label_corrections(tmp_path / "missing.csv")
    with pytest.raises(DataError, match="the first line must be image,x_min"):
        read_label_corrections(write(tmp_path / "other.csv", "a,b\n1,2\n"))
    with pytest.raises(DataError, match="the first line must be"):
        read_label_corrections(write(tmp_path / "empty.csv", ""))
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="cannot be read"):
        read_label_corrections(tmp_path / "binary.csv")


@pytest.mark.shared
def test_the_corrections_of_the_project_fit_their_data(shared: Path) -> None:
    path = PROJECT / "recipes/labels/detection.csv"
    data = [read_dataset(shared / "data" / name / "annotations.json") for name in ("detection", "weak")]
    detection, weak = correct_all_labels(data, path)
    dropped = {correction.image for correction in read_label_corrections(path) if correction.was == "image"}
    assert {image.path.name for before in data for image in before} - {
        image.path.name for after in (detection, weak) for image in after
    } == dropped
    for before, after in zip(data[0].split("test"), detection.split("test"), strict=True):
        assert before is after, "the test split is never changed"


@pytest.mark.shared
def test_the_errors_listed_for_test_touch_no_other_split(shared: Path) -> None:
    data = read_dataset(shared / "data" / "detection" / "annotations.json")
    (corrected,) = correct_all_labels([data], PROJECT / "recipes/labels/detection_test.csv")
    changed = {after.split for before, after in zip(data, corrected, strict=True) if before is not after}
    assert changed == {"test"}
